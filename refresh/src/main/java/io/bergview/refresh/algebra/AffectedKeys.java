package io.bergview.refresh.algebra;

import io.bergview.projection.plan.DefinitionVisitor;
import io.bergview.projection.plan.DeltaPlan;
import io.bergview.projection.plan.DeltaPlan.Match;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.ExprColumns;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.Plan.Assignment;
import io.bergview.projection.plan.Plan.JoinKey;
import io.bergview.projection.plan.Plan.Scan;
import io.bergview.projection.plan.PlanColumn;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The root rows of a plan that reach a changed row of one of its tables: semi-joins from the
 * changed rows back along the relations to the root, over the current sources.
 *
 * <p>Why the current sources suffice, although a row may have reached a changed one only before the
 * change: a path is a chain of rows, each holding the key of the next or of the previous one. If no
 * row of the old chain has changed except the one at its end, the chain still exists. If another
 * has, it is itself in the delta of its own table, with its old and new keys, and the root is found
 * from there.
 *
 * <p>The result may contain more rows than are affected, never fewer: filters are ignored, and a
 * key found in a child is taken as a root's without checking whether that root exists.
 */
final class AffectedKeys {
  private final Scan changed;
  private final Plan changedRows;
  private final FreshColumns columns;

  /**
   * @param changed a scan of the plan other than the root's
   * @param changedRows the rows deleted from its table and inserted into it, with the scan's
   *     columns
   */
  AffectedKeys(Scan changed, Plan changedRows, FreshColumns columns) {
    this.changed = changed;
    this.changedRows = changedRows;
    this.columns = columns;
  }

  /**
   * The values of some columns of a plan's root scan for those of its rows that reach a changed
   * one; a value may occur many times.
   */
  Plan of(Plan plan, List<Expr> values) {
    return plan.equals(changed) ? project(changedRows, values) : plan.accept(new Reaching(values));
  }

  /** The same of each operator. */
  private final class Reaching extends DefinitionVisitor<Plan> {
    private final List<Expr> values;

    Reaching(List<Expr> values) {
      this.values = values;
    }

    @Override
    public Plan visit(Scan scan) {
      throw new IllegalStateException("nothing changed in " + scan);
    }

    @Override
    public Plan visit(Plan.LeftJoin join) {
      return beside(join, join.target(), values);
    }

    @Override
    public Plan visit(Plan.JoinToMany join) {
      return beside(join, join.children(), values);
    }

    @Override
    public Plan visit(Plan.NestedAggregate nested) {
      return beside(nested, nested.children(), values);
    }

    @Override
    public Plan visit(Plan.AssignUniqueId assign) {
      return through(assign);
    }

    @Override
    public Plan visit(Plan.UnnestElements unnest) {
      return through(unnest);
    }

    @Override
    public Plan visit(Plan.Unnest unnest) {
      return through(unnest);
    }

    @Override
    public Plan visit(Plan.Extend extend) {
      return through(extend);
    }

    @Override
    public Plan visit(Plan.Filter filter) {
      return through(filter);
    }

    @Override
    public Plan visit(Plan.Aggregate aggregate) {
      return through(aggregate);
    }

    @Override
    public Plan visit(Plan.Project project) {
      return through(project);
    }

    private Plan through(Plan.Unary plan) {
      return of(plan.input(), values);
    }
  }

  private Plan beside(Plan.Binary join, Plan other, List<Expr> values) {
    Plan input = join.input();
    List<JoinKey> on = join.on();
    if (input.operators().anyMatch(changed::equals)) {
      return of(input, values);
    }
    if (LeftmostInput.of(other) instanceof Plan.UnnestElements unnest) {
      return of(LeftmostInput.replace(other, spread(unnest)), values);
    }
    Plan keys = of(other, on.stream().map(JoinKey::other).toList());
    List<Expr> joined = on.stream().map(JoinKey::input).toList();
    if (sameTypes(joined, keys) && joined.equals(values)) {
      return keys;
    }
    List<JoinKey> pairs = new ArrayList<>();
    for (int i = 0; i < joined.size(); i++) {
      pairs.add(new JoinKey(joined.get(i), new Expr.Ref(keys.columns().get(i))));
    }
    Set<PlanColumn> needed = new HashSet<>();
    joined.forEach(value -> needed.addAll(ExprColumns.of(value)));
    values.forEach(value -> needed.addAll(ExprColumns.of(value)));
    return project(
        new DeltaPlan.SemiJoin(ColumnPruning.to(input, needed), keys, pairs, Match.EQUAL), values);
  }

  /** Elements together with the rows that they are taken from, which then need no number. */
  private static Plan spread(Plan.UnnestElements unnest) {
    return new Plan.Unnest(
        unnest.of().input(), unnest.list(), unnest.ordinal(), unnest.element(), false);
  }

  private static boolean sameTypes(List<Expr> values, Plan keys) {
    return values.stream()
        .map(Expr::type)
        .toList()
        .equals(keys.columns().stream().map(PlanColumn::type).toList());
  }

  private Plan project(Plan input, List<Expr> values) {
    List<Assignment> outputs = new ArrayList<>();
    values.forEach(value -> outputs.add(new Assignment(columns.next("key", value.type()), value)));
    return Scans.project(input, outputs);
  }
}
