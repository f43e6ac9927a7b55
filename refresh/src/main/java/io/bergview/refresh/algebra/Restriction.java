package io.bergview.refresh.algebra;

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
 * A plan restricted to some of its root rows: the root scan gives way to something smaller, and
 * every table beside it is read only where the rows so far lead, so that each join meets few rows
 * on both sides.
 */
final class Restriction {
  private final FreshColumns columns;
  private final Predicate<SourceTable> held;
  private final Map<Plan.AssignUniqueId, Plan.AssignUniqueId> numbered = new IdentityHashMap<>();

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
    if (plan instanceof Scan scan) {
      return root.apply(scan);
    }
    if (plan instanceof Plan.LeftJoin lookup) {
      if (isHeld(lookup.target())) {
        return new Plan.LeftJoin(rows(lookup.input(), root), lookup.target(), lookup.on());
      }
      if (startsHeld(lookup.target())) {
        return rows(inTurn(lookup, (Plan.LeftJoin) lookup.target()), root);
      }
      Plan input = once(rows(lookup.input(), root));
      return new Plan.LeftJoin(input, met(lookup.target(), lookup.on(), input), lookup.on());
    }
    if (plan instanceof Plan.JoinToMany fan) {
      Plan input = once(rows(fan.input(), root));
      return new Plan.JoinToMany(
          input, met(fan.children(), fan.on(), input), fan.on(), fan.keepEmpty());
    }
    if (plan instanceof Plan.NestedAggregate gather) {
      Plan input = once(rows(gather.input(), root));
      return new Plan.NestedAggregate(
          input,
          met(gather.children(), gather.on(), input),
          gather.on(),
          gather.orderBy(),
          gather.calls());
    }
    if (plan instanceof Plan.AssignUniqueId number) {
      return numbered(number, root);
    }
    if (plan instanceof Plan.UnnestElements elements) {
      return new Plan.UnnestElements(
          numbered(elements.of(), root),
          elements.list(),
          elements.number(),
          elements.ordinal(),
          elements.element());
    }
    if (plan instanceof Plan.Unnest unnest) {
      return new Plan.Unnest(
          rows(unnest.input(), root),
          unnest.list(),
          unnest.ordinal(),
          unnest.element(),
          unnest.keepEmpty());
    }
    if (plan instanceof Plan.Extend extend) {
      return new Plan.Extend(rows(extend.input(), root), extend.added());
    }
    if (plan instanceof Plan.Filter filter) {
      return new Plan.Filter(rows(filter.input(), root), filter.predicate());
    }
    if (plan instanceof Plan.Aggregate aggregate) {
      return new Plan.Aggregate(rows(aggregate.input(), root), aggregate.keys(), aggregate.calls());
    }
    if (plan instanceof Plan.Project project) {
      return new Plan.Project(rows(project.input(), root), project.outputs());
    }
    throw new IllegalStateException("not an operator of a definition: " + plan);
  }

  /** Elements refer to numbered rows that stand beside them, restricted once for both. */
  private Plan.AssignUniqueId numbered(Plan.AssignUniqueId number, Function<Scan, Plan> root) {
    Plan.AssignUniqueId known = numbered.get(number);
    if (known == null) {
      known = new Plan.AssignUniqueId(rows(number.input(), root), number.number());
      numbered.put(number, known);
    }
    return known;
  }

  private static Plan once(Plan plan) {
    boolean there =
        plan instanceof Plan.AssignUniqueId
            || plan instanceof DeltaPlan.PreparedRows given && given.isTable();
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
  private static Plan.LeftJoin inTurn(Plan.LeftJoin lookup, Plan.LeftJoin target) {
    return new Plan.LeftJoin(
        new Plan.LeftJoin(lookup.input(), target.input(), lookup.on()),
        target.target(),
        target.on());
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
