package io.bergview.refresh.incremental;

import io.bergview.projection.plan.DeltaPlan.Match;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.ExprColumns;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.PlanColumn;
import io.bergview.projection.plan.QueryPlan;
import io.bergview.refresh.algebra.OwnElements;
import io.bergview.refresh.incremental.KeySets.Valued;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The values that the rows have which a plan loses or gains, and perhaps others: without computing
 * these rows, wherever the values are determined further down. A row of a join that neither side
 * lost nor gained itself is found from the changed rows of the other side over the current sources:
 * it is there before and after.
 */
final class AffectedValues {
  private final PlanDelta delta;
  private final PlanTables tables;
  private final KeySets sets;

  AffectedValues(PlanDelta delta, PlanTables tables, KeySets sets) {
    this.delta = delta;
    this.tables = tables;
    this.sets = sets;
  }

  /** The values, each once; empty if nothing is affected. */
  Optional<KeyRows> of(Plan plan, List<Expr> values, List<Match> matches) {
    List<Valued> found = new ArrayList<>();
    collect(plan, values, found);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    KeyRows keys = sets.of(found, matches);
    return tables.count(keys.rows()) == 0 ? Optional.empty() : Optional.of(keys);
  }

  private void collect(Plan plan, List<Expr> values, List<Valued> found) {
    if (!delta.isChanged(plan)) {
      return;
    }
    if (plan.operators().allMatch(AffectedValues::isOfOneRow)) {
      exactly(plan, values, found);
    } else if (plan instanceof Plan.Filter filter) {
      collect(filter.input(), values, found);
    } else if (plan instanceof Plan.Project project) {
      collect(project.input(), RestrictedPlan.replaced(values, project.outputs()), found);
    } else if (plan instanceof Plan.Extend extend) {
      collect(extend.input(), RestrictedPlan.replaced(values, extend.added()), found);
    } else if (plan instanceof Plan.Aggregate aggregate && isOfKeys(aggregate, values)) {
      collect(aggregate.input(), RestrictedPlan.replaced(values, aggregate.keys()), found);
    } else if (plan instanceof QueryPlan.Window window
        && window.partitionBy().containsAll(values)) {
      collect(window.input(), values, found);
    } else if (plan instanceof QueryPlan.Join join) {
      join(KeyedJoin.of(join), values, found);
    } else if (plan instanceof Plan.Binary relation && OwnElements.of(relation).isEmpty()) {
      join(KeyedJoin.of(relation), values, found);
    } else {
      exactly(plan, values, found);
    }
  }

  private void exactly(Plan plan, List<Expr> values, List<Valued> found) {
    delta.of(plan).sides().forEach(side -> found.add(new Valued(side, values)));
  }

  /** Whether each of its rows comes of one row of a table. */
  static boolean isOfOneRow(Plan operator) {
    return operator instanceof Plan.Scan
        || operator instanceof Plan.Filter
        || operator instanceof Plan.Project
        || operator instanceof Plan.Extend
        || operator instanceof Plan.Unnest;
  }

  private static boolean isOfKeys(Plan.Aggregate aggregate, List<Expr> values) {
    Set<PlanColumn> keys = new HashSet<>();
    aggregate.keys().forEach(key -> keys.add(key.column()));
    return !keys.isEmpty()
        && values.stream().allMatch(value -> keys.containsAll(ExprColumns.of(value)));
  }

  private void join(KeyedJoin join, List<Expr> values, List<Valued> found) {
    List<Expr> lefts = join.inLeft(values);
    List<Expr> rights = join.inRight(values);
    if (isOf(join.left(), lefts)) {
      side(join, lefts, join.left(), join.right(), false, found);
    } else if (join.isInner() && isOf(join.right(), rights)) {
      side(join, rights, join.right(), join.left(), true, found);
    } else {
      exactly(join.operator(), values, found);
    }
  }

  private static boolean isOf(Plan plan, List<Expr> values) {
    Set<PlanColumn> columns = new HashSet<>(plan.columns());
    return values.stream().allMatch(value -> columns.containsAll(ExprColumns.of(value)));
  }

  /** The values of one side, of its own changed rows and of those that changed ones meet. */
  private void side(
      KeyedJoin join, List<Expr> values, Plan own, Plan other, boolean turned, List<Valued> found) {
    if (join.on().isEmpty()) {
      exactly(join.operator(), values, found);
      return;
    }
    collect(own, values, found);
    if (!delta.isChanged(other)) {
      return;
    }
    List<Expr> ours = turned ? join.rights() : join.lefts();
    List<Expr> theirs = turned ? join.lefts() : join.rights();
    if (ours.containsAll(values)) {
      List<Expr> same = values.stream().map(value -> theirs.get(ours.indexOf(value))).toList();
      if (types(same).equals(types(values))) {
        collect(other, same, found);
        return;
      }
    }
    Optional<KeyRows> keys = of(other, theirs, join.matches());
    keys.ifPresent(met -> found.add(new Valued(delta.now().of(own, ours, met), values)));
  }

  private static List<Object> types(List<Expr> values) {
    return values.stream().map(value -> (Object) value.type()).toList();
  }
}
