package io.bergview.refresh.incremental;

import static io.bergview.projection.sql.SqlNames.quote;
import static io.bergview.projection.sql.DuckDbTypes.column;

import io.bergview.pipeline.engine.DuplicateKeys;
import io.bergview.projection.function.NumericTypes;
import io.bergview.projection.plan.AggregateCall;
import io.bergview.projection.plan.DeltaPlan;
import io.bergview.projection.plan.DeltaPlan.Match;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.OutputColumn;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.PlanColumn;
import io.bergview.projection.plan.QueryPlan;
import io.bergview.projection.plan.ResolvedView;
import io.bergview.refresh.RefreshPlan;
import io.bergview.refresh.RefreshReason;
import io.bergview.refresh.algebra.Following;
import io.bergview.refresh.algebra.FreshColumns;
import io.bergview.refresh.algebra.GroupDelta;
import io.bergview.refresh.algebra.RootRows;
import io.bergview.refresh.algebra.ViewDelta;
import io.bergview.refresh.change.DuplicateCounts;
import io.bergview.refresh.change.KeyColumn;
import io.bergview.refresh.change.NewRows;
import io.bergview.refresh.change.StoredFiles;
import io.bergview.refresh.change.StoredRows;
import io.bergview.refresh.incremental.GroupMerge.Side;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The difference of a view's table, by what its plan loses and gains. Groups are merged with what
 * is stored of them. Rows that show the key of a root row are replaced by the rows of affected
 * keys. Of any other rows the stored ones are found by the columns that they share with the changed
 * ones; they lose and gain what the plan does, or, where sums of floating point make rows differ in
 * their last digits, are computed again.
 */
final class ViewDifference {
  private final DeltaContext context;
  private final ViewDelta algebra;
  private final ResolvedView view;
  private final ScratchTables scratch;
  private final PlanTables tables;
  private final PlanDelta delta;
  private final Optional<RootedDelta> rooted;

  ViewDifference(DeltaContext context) {
    this.context = context;
    this.algebra = context.algebra();
    this.view = algebra.view();
    this.scratch = context.scratch();
    this.tables = new PlanTables(context);
    this.delta = new PlanDelta(context, tables);
    this.rooted = algebra.rooted().map(plan -> new RootedDelta(context, tables, plan));
  }

  Difference compute() {
    try {
      return followed();
    } catch (DeltaContext.RecomputeException e) {
      return new Difference.NotIncremental(e.instead());
    }
  }

  private Difference followed() {
    Following.ofAny(view, context.changes().types()).ifPresent(this::recompute);
    if (rooted.isEmpty()) {
      refuseDuplicates();
    }
    if (algebra.grouped()) {
      return groups();
    }
    Optional<QueryPlan.Limit> first = Following.firstRows((Plan.Project) view.plan());
    if (first.isPresent()) {
      return new FirstRows(context, tables, delta, first.get()).compute();
    }
    if (rooted.isPresent() && rooted.get().onlyRootGained()) {
      return gained(rooted.get());
    }
    return rooted.isPresent() && algebra.replacedByRoot().isPresent()
        ? replaced(rooted.get())
        : rows();
  }

  /**
   * @throws DeltaContext.RecomputeException always
   */
  private void recompute(String why) {
    throw recompute(view, why);
  }

  /** That changes of a view cannot be followed. */
  static DeltaContext.RecomputeException recompute(ResolvedView view, String why) {
    return new DeltaContext.RecomputeException(
        new RefreshPlan.Full(
            RefreshReason.NOT_INCREMENTAL,
            "View %s is recomputed: %s".formatted(view.definition().name(), why),
            false));
  }

  /**
   * @throws io.bergview.errors.DataException {@code DUPLICATE_KEY}
   */
  private void refuseDuplicates(RootRows some) {
    DuplicateKeys.refuseAmong(
        context.session(), view.definition().name(), algebra.checksOf(some), tables);
  }

  /** The same, whatever the changes reach. */
  private void refuseDuplicates() {
    DuplicateKeys.refuse(context.session(), view.definition().name(), view.checks(), tables);
  }

  private Difference groups() {
    GroupDelta groups = algebra.groups();
    PlanDelta.Change change =
        rooted.map(this::ofRooted).orElseGet(() -> delta.exactly(algebra.rows()));
    if (change.isNone()) {
      return new Difference.None();
    }
    GroupMerge merge =
        new GroupMerge(
            groups, scratch, tables::sql, rooted.isPresent() ? groups::recomputed : this::again);
    GroupsMerging merging = new GroupsMerging(context, groups, merge);
    Side removed = side(groups, change.removed());
    Side added = side(groups, change.added());
    return groups.areFiltered()
        ? merging.recomputed(removed, added)
        : merging.merged(removed, added);
  }

  private Side side(GroupDelta groups, Optional<Plan> rows) {
    return new Side(
        rows.map(some -> scratch.table("aggregates", tables.sql(groups.aggregate().over(some)))));
  }

  /**
   * What rows that are derived from root rows lose and gain; the same rows may be on both sides.
   *
   * @throws DeltaContext.RecomputeException where a recompute is cheaper
   */
  private PlanDelta.Change ofRooted(RootedDelta root) {
    if (root.onlyRootChanged()) {
      context.refuseTooMany(context.changes().rows());
      refuseDuplicates(root.gained());
      return root.ofRootRows();
    }
    if (!root.hasKey()) {
      refuseDuplicates();
      return delta.of(algebra.rows());
    }
    if (algebra.grouped()) {
      context.refuseRegrouping();
    }
    String keys = root.affected();
    context.refuseTooMany(scratch.count(keys));
    root.lookOnlyFor(keys);
    RootRows now = root.rootRows(keys, PlanVersion.NOW);
    refuseDuplicates(now);
    return root.ofKeys(keys, now);
  }

  /** Some groups, computed from all of their rows. */
  private Plan again(String keysTable, Match any) {
    Plan.Aggregate aggregate = algebra.groups().aggregate();
    if (aggregate.keys().isEmpty()) {
      return aggregate;
    }
    List<DeltaPlan.PreparedRows.Column> given = new ArrayList<>();
    List<Expr> values = new ArrayList<>();
    List<Match> matches = new ArrayList<>();
    FreshColumns ids = algebra.fresh();
    for (Plan.Assignment key : aggregate.keys()) {
      PlanColumn fresh = ids.next("key", key.column().type());
      given.add(new DeltaPlan.PreparedRows.Column(fresh, "k" + given.size()));
      values.add(key.value());
      matches.add(Match.NOT_DISTINCT);
    }
    KeyRows keys = new KeyRows(new DeltaPlan.PreparedRows(keysTable, true, given), matches);
    return aggregate.over(delta.now().of(aggregate.input(), values, keys));
  }

  /** New root rows alone. */
  private Difference gained(RootedDelta root) {
    context.refuseMoreThanNamed(root.ofRoot().addedRows());
    RootRows gained = root.gained();
    refuseDuplicates(gained);
    return new Difference.Append(tables.sql(algebra.rowsOf(gained)));
  }

  /** The rows of the affected root rows, in place of the stored ones of the same keys. */
  private Difference replaced(RootedDelta root) {
    String keys = root.affected();
    long count = scratch.count(keys);
    context.refuseTooMany(count);
    root.lookOnlyFor(keys);
    StoredFiles files = context.stored(keys, KeyColumn.paths(view.rootKey()));
    DeltaContext.refuse(
        context
            .costs()
            .ofReplacing(count, context.rootRows(), context.now().bytes(), files.bytes()));
    RootRows affected = root.rootRows(keys, PlanVersion.NOW);
    if (affected instanceof RootRows.OfRows given && scratch.isEmpty(given.name())) {
      return new Difference.Merge(context.places(files), new NewRows.None());
    }
    refuseDuplicates(affected);
    String newRows = scratch.table("rows", tables.sql(algebra.rowsOf(affected)));
    if (context.isDearToCompare(files, count)) {
      return new Difference.Merge(
          context.places(files),
          new NewRows.Different("SELECT * FROM " + quote(newRows), scratch.count(newRows)));
    }
    return new Difference.Merge(
        context.readToCompare(files), new NewRows.Compared(newRows, DuplicateCounts.MANY));
  }

  /** The rows that the plan loses and gains, found by what they show. */
  private Difference rows() {
    Plan.Project plan = (Plan.Project) view.plan();
    PlanDelta.Change change =
        rooted
            .map(root -> delta.cancelled(ofRooted(root).over(plan::over)))
            .orElseGet(() -> delta.exactly(plan));
    if (change.isNone()) {
      return new Difference.None();
    }
    boolean digits = hasInexactSums(plan);
    if (change.removed().isEmpty() && !digits) {
      return new Difference.Append(tables.sql(change.added().orElseThrow()));
    }
    List<OutputColumn> located = view.columns().stream().filter(ViewDifference::locates).toList();
    if (digits && located.isEmpty()) {
      throw recompute(
          view, "its rows have only values of floating point, by which none can be found again");
    }
    KeyRows keys = delta.keysOf(change, located.stream().map(OutputColumn::column).toList());
    StoredRows stored =
        context.read(
            context.stored(
                keys.rows().name(), located.stream().map(c -> List.of(c.name())).toList()));
    if (digits) {
      List<Expr> values = located.stream().map(c -> (Expr) new Expr.Ref(c.column())).toList();
      String again = scratch.table("rows", tables.sql(delta.now().of(plan, values, keys)));
      return new Difference.Merge(stored, new NewRows.Compared(again, DuplicateCounts.MANY));
    }
    return changed(stored, change);
  }

  /** Whether a view's rows are exactly those of its query, to the last digit. */
  static boolean isExact(Plan plan) {
    return !hasInexactSums(plan);
  }

  /** The stored rows without those that the plan lost, and with those that it gained. */
  private Difference changed(StoredRows stored, PlanDelta.Change change) {
    DeltaPlan.PreparedRows rows = tables.stored(stored);
    DeltaPlan.PreparedRows gone = (DeltaPlan.PreparedRows) change.removed().orElseThrow();
    DeltaPlan.PreparedRows kept = tables.without(rows, gone);
    if (tables.count(kept) != tables.count(rows) - tables.count(gone)) {
      throw recompute(view, "its table lacks rows that the query had");
    }
    DeltaPlan.PreparedRows now = tables.changed(kept, Optional.empty(), change.added());
    return new Difference.Merge(stored, new NewRows.Compared(now.name(), DuplicateCounts.MANY));
  }

  /** Whether rows can be found by a column: values of one kind of zero and no NaN. */
  private static boolean locates(OutputColumn column) {
    return column.type().isPrimitiveType() && !NumericTypes.isFloating(column.type());
  }

  /** Whether a value depends on the order in which floating-point numbers are added. */
  private static boolean hasInexactSums(Plan plan) {
    return plan.operators().anyMatch(ViewDifference::addsInexactly);
  }

  private static boolean addsInexactly(Plan operator) {
    if (operator instanceof QueryPlan.Window window) {
      return window.calls().stream().anyMatch(c -> NumericTypes.isFloating(c.column().type()));
    }
    return operator instanceof Plan.Aggregate aggregate
            && aggregate.calls().stream().anyMatch(ViewDifference::isInexact)
        || operator instanceof Plan.NestedAggregate nested
            && nested.calls().stream().anyMatch(ViewDifference::isInexact);
  }

  private static boolean isInexact(AggregateCall call) {
    return NumericTypes.isFloating(call.column().type()) && call.orderBy().isEmpty();
  }
}
