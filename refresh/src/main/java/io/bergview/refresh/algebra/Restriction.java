package io.bergview.refresh.algebra;

import io.bergview.projection.plan.DefinitionVisitor;
import io.bergview.projection.plan.DeltaPlan;
import io.bergview.projection.plan.DeltaPlan.Match;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.Plan.Assignment;
import io.bergview.projection.plan.Plan.JoinKey;
import io.bergview.projection.plan.Plan.Scan;
import io.bergview.projection.plan.SourceTable;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * A plan restricted to some of its root rows: the root scan is replaced by a smaller relation, and
 * every other table is restricted to the rows that the rows so far refer to, so that each join has
 * few rows on both sides.
 */
final class Restriction {
  private final FreshColumns columns;
  private final Predicate<SourceTable> held;
  private final Map<Plan.AssignUniqueId, Plan> numbered = new IdentityHashMap<>();

  private Restriction(FreshColumns columns, Predicate<SourceTable> held) {
    this.columns = columns;
    this.held = held;
  }

  /**
   * @param root what takes the place of the root scan; has at least its columns
   * @param held tables that lie in memory, and are joined as they are
   */
  static Plan of(
      Plan plan, Function<Scan, Plan> root, FreshColumns columns, Predicate<SourceTable> held) {
    return new Restriction(columns, held).rows(plan, root);
  }

  private Plan rows(Plan plan, Function<Scan, Plan> root) {
    return plan.accept(new Rows(root));
  }

  /** Each operator over some rows of one root. */
  private final class Rows extends DefinitionVisitor<Plan> {
    private final Function<Scan, Plan> root;

    Rows(Function<Scan, Plan> root) {
      this.root = root;
    }

    @Override
    public Plan visit(Scan scan) {
      return root.apply(scan);
    }

    @Override
    public Plan visit(Plan.LeftJoin join) {
      if (isHeld(join.target())) {
        return new Plan.LeftJoin(join.input().accept(this), join.target(), join.on());
      }
      return startsHeld(join.target())
          ? inTurn(join, (Plan.LeftJoin) join.target()).accept(this)
          : join(join, join.target());
    }

    @Override
    public Plan visit(Plan.JoinToMany join) {
      return join(join, join.children());
    }

    @Override
    public Plan visit(Plan.NestedAggregate nested) {
      return join(nested, nested.children());
    }

    @Override
    public Plan visit(Plan.AssignUniqueId number) {
      Plan known = numbered.get(number);
      if (known == null) {
        known = number.mapInputs(this::of);
        numbered.put(number, known);
      }
      return known;
    }

    @Override
    public Plan visit(Plan.UnnestElements unnest) {
      return unnest.mapInputs(this::of);
    }

    @Override
    public Plan visit(Plan.Unnest unnest) {
      return unnest.mapInputs(this::of);
    }

    @Override
    public Plan visit(Plan.Extend extend) {
      return extend.mapInputs(this::of);
    }

    @Override
    public Plan visit(Plan.Filter filter) {
      return filter.mapInputs(this::of);
    }

    @Override
    public Plan visit(Plan.Aggregate aggregate) {
      return aggregate.mapInputs(this::of);
    }

    @Override
    public Plan visit(Plan.Project project) {
      return project.mapInputs(this::of);
    }

    private Plan of(Plan input) {
      return input.accept(this);
    }

    private Plan join(Plan.Binary join, Plan other) {
      Plan input = once(join.input().accept(this));
      return join.withInputs(List.of(input, met(other, join.on(), input)));
    }
  }

  private static Plan once(Plan plan) {
    boolean there =
        plan instanceof Plan.AssignUniqueId
            || plan instanceof DeltaPlan.PreparedRows given && given.stored();
    return there ? plan : new DeltaPlan.Shared(plan);
  }

  private boolean isHeld(Plan plan) {
    return plan instanceof Scan scan && held.test(scan.source());
  }

  /** Whether the first of the tables that a path leads to is held, and the next found from it. */
  private boolean startsHeld(Plan target) {
    return target instanceof Plan.LeftJoin inner
        && (isHeld(inner.input()) || startsHeld(inner.input()))
        && inner.on().stream().allMatch(key -> key.input() instanceof Expr.Ref);
  }

  /**
   * {@code t LEFT JOIN (a LEFT JOIN b)} as {@code (t LEFT JOIN a) LEFT JOIN b}, which is the same:
   * where no row of a is found, its columns are null, and null finds none of b.
   */
  private static Plan.LeftJoin inTurn(Plan.LeftJoin join, Plan.LeftJoin target) {
    return new Plan.LeftJoin(
        new Plan.LeftJoin(join.input(), target.input(), join.on()), target.target(), target.on());
  }

  /** The other side of a join, read only where the input's keys lead. */
  private Plan met(Plan other, List<JoinKey> on, Plan input) {
    if (startsWithElements(other)) {
      return rows(other, scan -> scan);
    }
    List<Assignment> keys = new ArrayList<>();
    on.forEach(
        key -> keys.add(new Assignment(columns.next("key", key.input().type()), key.input())));
    Plan wanted = new Plan.Project(input, keys);
    List<JoinKey> pairs = new ArrayList<>();
    for (int i = 0; i < on.size(); i++) {
      pairs.add(new JoinKey(on.get(i).other(), new Expr.Ref(keys.get(i).column())));
    }
    return rows(other, scan -> new DeltaPlan.SemiJoin(scan, wanted, pairs, Match.EQUAL));
  }

  private static boolean startsWithElements(Plan plan) {
    return LeftmostInput.of(plan) instanceof Plan.UnnestElements;
  }
}
