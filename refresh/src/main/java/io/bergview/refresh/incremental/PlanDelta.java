package io.bergview.refresh.incremental;

import io.bergview.projection.plan.DeltaPlan;
import io.bergview.projection.plan.DeltaPlan.Match;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.Plan.Assignment;
import io.bergview.projection.plan.PlanColumn;
import io.bergview.projection.plan.QueryPlan;
import io.bergview.projection.plan.QueryPlan.Equality;
import io.bergview.projection.plan.QueryPlan.JoinKind;
import io.bergview.refresh.algebra.OwnElements;
import io.bergview.refresh.algebra.RootedPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * The rows that a plan loses and gains by a change of its sources: the algebra of changes.
 *
 * <p>Let S be the sources as the view has read them, S' the current ones, and of an operator with
 * input I let D-(I) and D+(I) be what I loses and gains, as bags: {@code I(S') = I(S) - D-(I) +
 * D+(I)}. The difference of signed bags is exact; a row that is in both of them cancels out.
 *
 * <pre>
 *   filter, projection, unnest:  D(f(I))    = f(D(I))
 *   union:                       D(I + J)   = D(I) + D(J)
 *   inner join:                  D(L x R)   = D(L) x R(S') + L(S) x D(R)
 *   left, semi, anti-join,
 *   inner join with groups,
 *   relation:                    D(L op R)  = D(L) op R(S')
 *                                             - L(S)[A] op R(S)[A] + L(S)[A] op R(S')[A]
 *   relations of one root table: D(Q(T))    = - Q(S)[T in K] + Q(S')[T in K]
 *   groups, windows:             D(g(I))    = - g(I(S)[K]) + g(I(S')[K])
 * </pre>
 *
 * <p>where A are the join keys in D(R), K the keys of groups or partitions in D(I), or more of them
 * ({@link AffectedValues}), or of the root rows that reach a changed row ({@link RootedPlan}), and
 * {@code X[K]} is X restricted to these keys ({@link RestrictedPlan}): recompute by affected key. A
 * join probes its other side with the keys of the changed rows only. Every step is computed as soon
 * as its inputs are known, so that what turns out to be empty costs nothing further up.
 *
 * <p>After Griffin and Libkin, "Incremental Maintenance of Views with Duplicates" (SIGMOD 1995),
 * and Quass, "Maintenance Expressions for Views with Aggregation" (1996).
 */
final class PlanDelta {
  private final DeltaContext context;
  private final PlanTables tables;
  private final RestrictedScans scans;
  private final RestrictedPlan before;
  private final RestrictedPlan now;
  private final AffectedValues affected;

  PlanDelta(DeltaContext context, PlanTables tables) {
    this.context = context;
    this.tables = tables;
    KeySets sets = new KeySets(context, tables);
    this.scans = new RestrictedScans(context, tables);
    this.before = new RestrictedPlan(context, tables, sets, scans, PlanVersion.BEFORE);
    this.now = new RestrictedPlan(context, tables, sets, scans, PlanVersion.NOW);
    this.affected = new AffectedValues(this, tables, sets);
  }

  /**
   * What a plan loses and gains; both have its columns.
   *
   * @param removed empty for nothing
   */
  record Change(Optional<Plan> removed, Optional<Plan> added) {
    static final Change NONE = new Change(Optional.empty(), Optional.empty());

    boolean isNone() {
      return removed.isEmpty() && added.isEmpty();
    }

    /** What an operator that takes one row after another loses and gains by it. */
    Change over(UnaryOperator<Plan> linear) {
      return new Change(removed.map(linear), added.map(linear));
    }

    /** The sides that there are. */
    List<Plan> sides() {
      return Stream.of(removed, added).flatMap(Optional::stream).toList();
    }
  }

  /** The restriction of plans over the current sources. */
  RestrictedPlan now() {
    return now;
  }

  /**
   * What a plan loses and gains, as tables; no row is in both.
   *
   * @throws DeltaContext.RecomputeException where a recompute is cheaper
   */
  Change exactly(Plan plan) {
    refuseTotals(plan);
    return cancelled(of(plan));
  }

  /** The same change as tables, without the rows that are in both sides. */
  Change cancelled(Change change) {
    return change.removed().isPresent() && change.added().isPresent()
        ? tables.difference(change.removed().get(), change.added().get())
        : stored(change);
  }

  /** Computed, without sides that have no rows. */
  Change stored(Change change) {
    return new Change(
        change.removed().flatMap(plan -> tables.some(tables.table("removed", plan))),
        change.added().flatMap(plan -> tables.some(tables.table("added", plan))));
  }

  Change of(Plan plan) {
    if (!isChanged(plan)) {
      return Change.NONE;
    }
    if (plan instanceof Plan.Scan scan) {
      return scan(scan);
    }
    if (plan instanceof Plan.Binary relation) {
      return related(relation);
    }
    if (plan instanceof QueryPlan.Union union) {
      return union(union);
    }
    if (plan instanceof QueryPlan.Join join) {
      return joined(join);
    }
    if (plan instanceof Plan.Aggregate aggregate) {
      return again(aggregate, aggregate.keys().stream().map(Assignment::value).toList());
    }
    if (plan instanceof QueryPlan.Window window) {
      return again(window, window.partitionBy());
    }
    if (plan instanceof QueryPlan.Limit limit) {
      return again(limit, List.of());
    }
    if (plan instanceof Plan.Unary linear) {
      return of(linear.input()).over(linear::over);
    }
    throw new IllegalStateException("no change is known of " + plan);
  }

  /** Relations of one root are followed from the root rows that a change reaches. */
  private Change related(Plan.Binary relation) {
    Optional<RootedPlan> rooted = context.algebra().rooted(relation).filter(RootedPlan::hasKey);
    if (rooted.isPresent()) {
      return cancelled(new RootedDelta(context, tables, rooted.get()).change());
    }
    Optional<OwnElements> elements = OwnElements.of(relation);
    if (elements.isEmpty()) {
      return byKeys(KeyedJoin.of(relation));
    }
    OwnElements own = elements.get();
    if (isChanged(own.over(new QueryPlan.Values(own.rows().columns(), List.of())))) {
      return cancelled(
          new Change(Optional.of(before.whole(relation)), Optional.of(now.whole(relation))));
    }
    return stored(of(own.rows())).over(own::over);
  }

  /** Whether it reads a table that changed. */
  boolean isChanged(Plan plan) {
    return plan.scans().anyMatch(scan -> context.changes().types().contains(scan.source().type()));
  }

  private Change scan(Plan.Scan scan) {
    return new Change(context.changes().removed(scan), context.changes().added(scan));
  }

  private Change union(QueryPlan.Union union) {
    List<Plan> removed = new ArrayList<>();
    List<Plan> added = new ArrayList<>();
    for (Plan input : union.inputs()) {
      Change change = of(input);
      change.removed().ifPresent(removed::add);
      change.added().ifPresent(added::add);
    }
    return new Change(all(removed, union.columns()), all(added, union.columns()));
  }

  private static Optional<Plan> all(List<Plan> parts, List<PlanColumn> columns) {
    return parts.isEmpty() ? Optional.empty() : Optional.of(new QueryPlan.Union(parts, columns));
  }

  /**
   * A side that is grouped, or whose rows depend on others of theirs, is computed only for the keys
   * that the other side has. Else, with rows in memory that did not change, a join takes one row
   * after another.
   */
  private Change joined(QueryPlan.Join join) {
    boolean inner = join.kind() == JoinKind.INNER;
    boolean keyed = !join.on().isEmpty();
    if ((!inner || !keyed || isLinear(join.left())) && scans.areInMemory(join.right())) {
      Plan right = now.whole(join.right());
      return of(join.left()).over(left -> join.withInputs(List.of(left, right)));
    }
    if (inner && (!keyed || isLinear(join.right())) && scans.areInMemory(join.left())) {
      Plan left = now.whole(join.left());
      return of(join.right()).over(right -> join.withInputs(List.of(left, right)));
    }
    if (!inner || keyed && !isLinear(join.right())) {
      return byKeys(KeyedJoin.of(join));
    }
    if (keyed && !isLinear(join.left())) {
      return inOrder(byKeys(KeyedJoin.turned(join)), join.columns());
    }
    return inner(KeyedJoin.of(join));
  }

  /** The columns in another order: plans are united by position. */
  private static Change inOrder(Change change, List<PlanColumn> columns) {
    List<Assignment> outputs = new ArrayList<>();
    columns.forEach(column -> outputs.add(new Assignment(column, new Expr.Ref(column))));
    return change.over(rows -> new Plan.Project(rows, outputs));
  }

  /** Whether each row depends on one row of each table alone. */
  private static boolean isLinear(Plan plan) {
    return plan.operators()
        .noneMatch(
            operator ->
                operator instanceof Plan.Aggregate
                    || operator instanceof Plan.Binary
                    || operator instanceof QueryPlan.Window
                    || operator instanceof QueryPlan.Limit
                    || operator instanceof QueryPlan.Join join && join.kind() != JoinKind.INNER);
  }

  private Change inner(KeyedJoin join) {
    Change left = stored(of(join.left()));
    Change right = stored(of(join.right()));
    List<Plan> removed = new ArrayList<>();
    List<Plan> added = new ArrayList<>();
    leftOf(join, left, removed, added);
    if (!right.isNone()) {
      Plan other = met(before, join.left(), join.on(), right, Equality::right, Equality::left);
      right.removed().ifPresent(rows -> removed.add(join.over(other, rows)));
      right.added().ifPresent(rows -> added.add(join.over(other, rows)));
    }
    Change change = all(join, removed, added);
    return left.isNone() || right.isNone() ? change : cancelled(change);
  }

  private static Change all(KeyedJoin join, List<Plan> removed, List<Plan> added) {
    List<PlanColumn> columns = join.operator().columns();
    return new Change(all(removed, columns), all(added, columns));
  }

  /**
   * The rows of one side of a join that the changed rows of the other meet, and perhaps others; as
   * a table where they are needed twice, for rows lost and gained.
   */
  private Plan met(
      RestrictedPlan version,
      Plan plan,
      List<Equality> on,
      Change changed,
      Function<Equality, Expr> theirs,
      Function<Equality, Expr> ours) {
    if (changed.sides().size() == 1 || scans.areInMemory(plan)) {
      return version.met(plan, on, changed.sides(), theirs, ours);
    }
    if (on.isEmpty()) {
      return tables.table("side", version.whole(plan));
    }
    KeyRows keys = version.keysOf(on, changed.sides(), theirs);
    return tables.table("side", version.of(plan, on.stream().map(ours).toList(), keys));
  }

  private Change byKeys(KeyedJoin join) {
    Change left = stored(of(join.left()));
    List<Plan> removed = new ArrayList<>();
    List<Plan> added = new ArrayList<>();
    leftOf(join, left, removed, added);
    if (isChanged(join.right())) {
      rightOf(join, removed, added);
    }
    return cancelled(all(join, removed, added));
  }

  /** The changed left rows of a join with the current right ones. */
  private void leftOf(KeyedJoin join, Change left, List<Plan> removed, List<Plan> added) {
    if (left.isNone()) {
      return;
    }
    Plan other = met(now, join.right(), join.on(), left, Equality::left, Equality::right);
    left.removed().ifPresent(rows -> removed.add(join.over(rows, other)));
    left.added().ifPresent(rows -> added.add(join.over(rows, other)));
  }

  /** What a join's left rows as they were lose and gain by a change of the right ones. */
  private void rightOf(KeyedJoin join, List<Plan> removed, List<Plan> added) {
    if (join.on().isEmpty()) {
      Change right = stored(of(join.right()));
      if (right.isNone()) {
        return;
      }
      Plan rows = tables.table("side", before.whole(join.left()));
      removed.add(join.over(rows, before.whole(join.right())));
      added.add(join.over(rows, now.whole(join.right())));
      return;
    }
    Optional<KeyRows> keys = affected.of(join.right(), join.rights(), join.matches());
    if (keys.isEmpty()) {
      return;
    }
    DeltaPlan.PreparedRows rows =
        tables.table("side", before.of(join.left(), join.lefts(), keys.get()));
    if (tables.count(rows) == 0) {
      return;
    }
    KeyRows met = before.keysOf(join.on(), List.of(rows), Equality::left);
    Versions versions = versions(join.right(), join.rights(), met);
    removed.add(join.over(rows, versions.before()));
    added.add(join.over(rows, versions.now()));
  }

  /** Groups, partitions, or all rows, computed before and after the change. */
  private Change again(Plan.Unary operator, List<Expr> keys) {
    if (keys.isEmpty()) {
      return allAgain(operator);
    }
    Optional<KeyRows> some =
        affected.of(operator.input(), keys, keys.stream().map(key -> Match.NOT_DISTINCT).toList());
    if (some.isEmpty()) {
      return Change.NONE;
    }
    Versions versions = versions(operator.input(), keys, some.get());
    return cancelled(
        new Change(
            Optional.of(operator.over(versions.before())),
            Optional.of(operator.over(versions.now()))));
  }

  /** A plan restricted to keys, over both versions of the sources. */
  private record Versions(Plan before, Plan now) {}

  /** First the one that has more rows, among which those of the other are found again. */
  private Versions versions(Plan plan, List<Expr> values, KeyRows keys) {
    boolean grows =
        context.changes().types().stream()
            .allMatch(type -> context.changes().of(type).removedRows() == 0);
    if (grows) {
      Plan current = now.of(plan, values, keys);
      return new Versions(before.of(plan, values, keys), current);
    }
    Plan earlier = before.of(plan, values, keys);
    return new Versions(earlier, now.of(plan, values, keys));
  }

  /** All rows are one group; of a total and of the first rows few come out of it. */
  private Change allAgain(Plan.Unary operator) {
    if (stored(of(operator.input())).isNone()) {
      return Change.NONE;
    }
    refuseWhole(operator);
    return cancelled(
        new Change(
            Optional.of(operator.over(before.whole(operator.input()))),
            Optional.of(operator.over(now.whole(operator.input())))));
  }

  /**
   * @throws DeltaContext.RecomputeException where a recompute is cheaper
   */
  private void refuseWhole(Plan.Unary operator) {
    boolean ofRows = operator instanceof QueryPlan.Window;
    operator.scans().map(Plan.Scan::source).forEach(source -> context.refuseWhole(source, ofRows));
  }

  /**
   * Before anything is computed: totals and the like of changed groups, if these are of large
   * tables.
   *
   * @throws DeltaContext.RecomputeException where a recompute is cheaper
   */
  private void refuseTotals(Plan plan) {
    plan.operators()
        .filter(PlanDelta::isOfAllRows)
        .map(Plan.Unary.class::cast)
        .filter(total -> hasGroups(total.input()) && mayChange(total.input()))
        .forEach(this::refuseWhole);
  }

  private static boolean isOfAllRows(Plan operator) {
    return operator instanceof Plan.Aggregate aggregate && aggregate.keys().isEmpty()
        || operator instanceof QueryPlan.Window window && window.partitionBy().isEmpty()
        || operator instanceof QueryPlan.Limit;
  }

  /** Whether it takes more than the changed rows and what they meet to know what it gains. */
  private boolean hasGroups(Plan plan) {
    return plan.operators()
        .anyMatch(
            operator ->
                isChanged(operator)
                    && (operator instanceof Plan.Aggregate
                        || operator instanceof QueryPlan.Window));
  }

  /** Whether a changed row is left when the conditions on its table alone have been applied. */
  private boolean mayChange(Plan plan) {
    if (plan.operators().allMatch(AffectedValues::isOfOneRow)) {
      return !stored(of(plan)).isNone();
    }
    return plan.inputs().stream().anyMatch(input -> isChanged(input) && mayChange(input));
  }

  /** The keys of rows that changed. */
  KeyRows keysOf(Change change, List<PlanColumn> columns) {
    List<Expr> values = new ArrayList<>();
    columns.forEach(column -> values.add(new Expr.Ref(column)));
    return now.keys(
        values, change.sides(), columns.stream().map(column -> Match.NOT_DISTINCT).toList());
  }
}
