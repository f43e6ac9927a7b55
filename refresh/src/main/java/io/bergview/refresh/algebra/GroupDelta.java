package io.bergview.refresh.algebra;

import io.bergview.projection.plan.AggregateCall;
import io.bergview.projection.plan.DeltaPlan;
import io.bergview.projection.plan.DeltaPlan.Match;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.ExprColumns;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.Plan.Assignment;
import io.bergview.projection.plan.Plan.Scan;
import io.bergview.projection.plan.PlanColumn;
import io.bergview.projection.plan.Pred;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;

/**
 * The algebra of a view's groups. Between the steps the groups lie in tables of a session, with a
 * column {@code c<id>} for each key and each aggregate of the plan.
 */
public final class GroupDelta {
  private final ViewDelta delta;
  private final Plan.Project project;
  private final Optional<Pred> having;
  private final Plan.Aggregate aggregate;
  private final PlanColumn unmergeable;

  GroupDelta(ViewDelta delta, Plan.Project project) {
    this.delta = delta;
    this.project = project;
    this.having =
        project.input() instanceof Plan.Filter filter
            ? Optional.of(filter.predicate())
            : Optional.empty();
    this.aggregate =
        (Plan.Aggregate) (having.isPresent() ? project.input().inputs().get(0) : project.input());
    this.unmergeable = delta.fresh().next("unmergeable", Types.BooleanType.get());
  }

  /**
   * Whether the view shows only some of its groups. It keeps nothing of the others, nor what merges
   * need.
   */
  public boolean areFiltered() {
    return having.isPresent();
  }

  /** Keys and aggregates, in this order. */
  public List<PlanColumn> columns() {
    return aggregate.columns();
  }

  /** The columns of the groups' keys, in the order of the view's key. */
  public List<PlanColumn> keys() {
    return aggregate.keys().stream().map(Assignment::column).toList();
  }

  /** True in {@link #merged} where a group must be computed again. */
  public PlanColumn unmergeable() {
    return unmergeable;
  }

  /** Of a group in {@link #merged} or {@link #recomputed}, how many rows it has. */
  public PlanColumn rowCount() {
    return rowCounts().findFirst().orElseThrow();
  }

  /**
   * Whether the stored state of a group includes its number of rows, so that it changes with them.
   */
  public boolean countsRows() {
    return rowCounts().findFirst().isPresent();
  }

  private Stream<PlanColumn> rowCounts() {
    return aggregate.calls().stream()
        .filter(call -> call.kind() == AggregateCall.AggregateFunction.COUNT_ROWS)
        .map(AggregateCall::column);
  }

  /** Whether a group whose aggregates before and after are all alike may still have changed. */
  public boolean comparesByAggregates() {
    return aggregate.calls().stream()
        .noneMatch(
            call ->
                call.kind() == AggregateCall.AggregateFunction.COUNT_DISTINCT
                    || call.kind() == AggregateCall.AggregateFunction.NAMED);
  }

  /**
   * Whether every group without deleted rows merges. A nested first or last value may tie with
   * another, and then cannot be distinguished from it.
   */
  public boolean mergesAnyGain() {
    return comparesByAggregates()
        && aggregate.calls().stream()
            .flatMap(call -> call.orderBy().stream())
            .allMatch(value -> value.type().isPrimitiveType());
  }

  /** All groups, computed. */
  public Plan.Aggregate aggregate() {
    return aggregate;
  }

  /** What the view's table keeps of some groups, as keys and aggregates. */
  public Plan stored(String table, Schema schema) {
    return new StoredGroups(project, aggregate, delta.view().key(), table, schema, delta.fresh())
        .plan();
  }

  /**
   * The groups as they are now, as far as they merge.
   *
   * @param removed a table of aggregates; empty where no row was deleted
   */
  public Plan merged(Plan stored, Optional<String> removed, String added) {
    return new DeltaPlan.MergedGroups(
        stored,
        removed.map(table -> given(table, aggregate.columns())),
        given(added, aggregate.columns()),
        keys(),
        aggregate.calls(),
        unmergeable);
  }

  /**
   * The groups of some keys recomputed, of rows that are derived from root rows. If all keys are
   * columns of the root, or derived from them, root rows of other groups are not even joined.
   *
   * @param keysTable columns {@code k0}, {@code k1}... in the order of {@link #keys}
   * @param match {@code EQUAL} only if no part of any key is null
   */
  public Plan recomputed(String keysTable, Match match) {
    List<Expr> values = aggregate.keys().stream().map(Assignment::value).toList();
    if (values.isEmpty()) {
      return aggregate;
    }
    RootedPlan rooted = delta.rooted().orElseThrow();
    Scan root = aggregate.root();
    Set<PlanColumn> needed = new HashSet<>();
    values.forEach(value -> needed.addAll(ExprColumns.of(value)));
    return aggregate.over(
        root.columns().containsAll(needed)
            ? LeftmostInput.replace(
                aggregate.input(), rooted.semiJoin(root, values, keysTable, match))
            : rooted.semiJoin(aggregate.input(), values, keysTable, match));
  }

  /**
   * The keys of all groups, repeated, and possibly of others, if each is derived from columns of
   * one root row: then they are cheap to compute. Empty if a key has other sources, there is none,
   * or rows are not derived from root rows.
   */
  public Optional<Plan> keysOfRoots() {
    if (delta.rooted().isEmpty()) {
      return Optional.empty();
    }
    Scan root = aggregate.root();
    boolean rooted =
        aggregate.keys().stream()
            .allMatch(key -> root.columns().containsAll(ExprColumns.of(key.value())));
    return rooted && !aggregate.keys().isEmpty()
        ? Optional.of(new Plan.Project(root, aggregate.keys()))
        : Optional.empty();
  }

  /** The view's own columns of groups in a table, of those that it shows. */
  public Plan finished(String table) {
    Plan groups = given(table, aggregate.columns());
    return new Plan.Project(
        having.<Plan>map(filter -> new Plan.Filter(groups, filter)).orElse(groups),
        project.outputs());
  }

  private static Plan given(String table, List<PlanColumn> columns) {
    List<DeltaPlan.PreparedRows.Column> given = new ArrayList<>();
    columns.forEach(
        column -> given.add(new DeltaPlan.PreparedRows.Column(column, "c" + column.id())));
    return new DeltaPlan.PreparedRows(table, true, given);
  }
}
