package io.bergview.refresh.incremental;

import io.bergview.projection.plan.DeltaPlan;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.ExprColumns;
import io.bergview.projection.plan.ExprRewrite;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.Plan.Assignment;
import io.bergview.projection.plan.PlanColumn;
import io.bergview.projection.plan.QueryPlan;
import io.bergview.projection.plan.QueryPlan.Equality;
import io.bergview.refresh.algebra.OwnElements;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.apache.iceberg.types.Type;

/**
 * A plan restricted to the rows whose values are among some keys. The keys are pushed down to the
 * tables: through joins from one side to the other, to the keys of groups and partitions. So of
 * each table only the rows are read that the restricted rows are made from, and files whose bounds
 * exclude the keys are not opened.
 */
final class RestrictedPlan {
  /** Where a table has no more than so many times the keys, all of it is read. */
  private static final long FEW_TIMES = 4;

  private final DeltaContext context;
  private final PlanTables tables;
  private final KeySets sets;
  private final RestrictedScans scans;
  private final PlanVersion version;

  /**
   * @param scans what is known of the tables in both versions
   */
  RestrictedPlan(
      DeltaContext context,
      PlanTables tables,
      KeySets sets,
      RestrictedScans scans,
      PlanVersion version) {
    this.context = context;
    this.tables = tables;
    this.sets = sets;
    this.scans = scans;
    this.version = version;
  }

  /** Exactly the rows whose values are among the keys. */
  Plan of(Plan plan, List<Expr> values, KeyRows keys) {
    if (values.isEmpty()) {
      return whole(plan);
    }
    Plan rows = push(plan, values, keys);
    return scans.areOf(rows, keys) ? rows : keys.semiJoin(rows, values);
  }

  /** All rows. */
  Plan whole(Plan plan) {
    return version.of(plan, context.changes().types());
  }

  /** At least these rows. */
  private Plan push(Plan plan, List<Expr> values, KeyRows keys) {
    if (plan instanceof Plan.Scan scan) {
      return scan(scan, values, keys);
    }
    if (plan instanceof Plan.Filter filter) {
      return filter.over(push(filter.input(), values, keys));
    }
    if (plan instanceof Plan.Unnest unnest) {
      return unnest.over(some(unnest.input(), values, keys));
    }
    if (plan instanceof Plan.Extend extend) {
      return extend.over(some(extend.input(), replaced(values, extend.added()), keys));
    }
    if (plan instanceof Plan.Project project) {
      return project.over(some(project.input(), replaced(values, project.outputs()), keys));
    }
    if (plan instanceof Plan.Aggregate aggregate) {
      return aggregate.over(some(aggregate.input(), keysOf(aggregate, values), keys));
    }
    if (plan instanceof QueryPlan.Window window) {
      return window.over(some(window.input(), partitionsOf(window, values), keys));
    }
    if (plan instanceof QueryPlan.Union union) {
      return union(union, values, keys);
    }
    if (plan instanceof QueryPlan.Join join) {
      return join(KeyedJoin.of(join), values, keys);
    }
    if (plan instanceof Plan.Binary relation) {
      Optional<OwnElements> own = OwnElements.of(relation);
      return own.isPresent()
          ? whole(own.get().over(some(own.get().rows(), values, keys)))
          : join(KeyedJoin.of(relation), values, keys);
    }
    return whole(plan);
  }

  /** Restricts by those of the values that the columns of a plan determine. */
  private Plan some(Plan plan, List<Expr> values, KeyRows keys) {
    Set<PlanColumn> columns = new HashSet<>(plan.columns());
    List<Integer> numbers = new ArrayList<>();
    List<Expr> known = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      Set<PlanColumn> needed = ExprColumns.of(values.get(i));
      if (!needed.isEmpty() && columns.containsAll(needed)) {
        numbers.add(i);
        known.add(values.get(i));
      }
    }
    return known.isEmpty() ? whole(plan) : push(plan, known, sets.parts(keys, numbers));
  }

  /** Values of an operator's outputs as those of its input. */
  static List<Expr> replaced(List<Expr> values, List<Assignment> by) {
    Map<PlanColumn, Expr> made = new HashMap<>();
    by.forEach(assignment -> made.put(assignment.column(), assignment.value()));
    return values.stream().map(value -> ExprRewrite.columns(value, made)).toList();
  }

  /** Only by its keys a group can be restricted as a whole. */
  private static List<Expr> keysOf(Plan.Aggregate aggregate, List<Expr> values) {
    Set<PlanColumn> calls = new HashSet<>();
    aggregate.calls().forEach(call -> calls.add(call.column()));
    return replaced(values, aggregate.keys()).stream()
        .map(
            value ->
                ExprColumns.of(value).stream().anyMatch(calls::contains)
                    ? new Expr.Constant(null, value.type())
                    : value)
        .toList();
  }

  private static List<Expr> partitionsOf(QueryPlan.Window window, List<Expr> values) {
    return values.stream()
        .map(
            value ->
                window.partitionBy().contains(value) || window.partitionBy().contains(key(value))
                    ? value
                    : new Expr.Constant(null, value.type()))
        .toList();
  }

  private static Expr key(Expr value) {
    return value instanceof Expr.Canonical ? value : new Expr.Canonical(value);
  }

  private Plan union(QueryPlan.Union union, List<Expr> values, KeyRows keys) {
    List<Plan> inputs = new ArrayList<>();
    for (Plan input : union.inputs()) {
      Map<PlanColumn, Expr> here = new HashMap<>();
      for (int i = 0; i < union.columns().size(); i++) {
        here.put(union.columns().get(i), new Expr.Ref(input.columns().get(i)));
      }
      inputs.add(
          some(input, values.stream().map(v -> ExprRewrite.columns(v, here)).toList(), keys));
    }
    return union.withInputs(inputs);
  }

  /**
   * The side that determines more of the values is read first, or a selection of rows in memory
   * that determines as many, the other for what it meets.
   */
  private Plan join(KeyedJoin join, List<Expr> values, KeyRows keys) {
    List<Expr> lefts = join.inLeft(values);
    List<Expr> rights = join.inRight(values);
    long left = determined(join.left(), lefts);
    long right = join.isInner() ? determined(join.right(), rights) : 0;
    if (left == 0 && right == 0) {
      return whole(join.operator());
    }
    if (right == 0 && scans.areInMemory(join.right())) {
      return join.over(some(join.left(), lefts, keys), whole(join.right()));
    }
    if (left == 0 && scans.areInMemory(join.left())) {
      return join.over(whole(join.left()), some(join.right(), rights, keys));
    }
    if (left > right || left == right && !isSelection(join.right())) {
      DeltaPlan.PreparedRows rows = tables.table("side", some(join.left(), lefts, keys));
      return join.over(
          rows, met(join.right(), join.on(), List.of(rows), Equality::left, Equality::right));
    }
    DeltaPlan.PreparedRows rows = tables.table("side", some(join.right(), rights, keys));
    return join.over(
        met(join.left(), join.on(), List.of(rows), Equality::right, Equality::left), rows);
  }

  private boolean isSelection(Plan plan) {
    return plan.operators().anyMatch(Plan.Filter.class::isInstance) && scans.areInMemory(plan);
  }

  /** How many of the values the columns of a plan determine. */
  private static long determined(Plan plan, List<Expr> values) {
    Set<PlanColumn> columns = new HashSet<>(plan.columns());
    return values.stream()
        .map(ExprColumns::of)
        .filter(needed -> !needed.isEmpty() && columns.containsAll(needed))
        .count();
  }

  /** At least the rows of a plan that rows of the other side of a join meet. */
  Plan met(
      Plan plan,
      List<Equality> on,
      List<Plan> rows,
      Function<Equality, Expr> theirs,
      Function<Equality, Expr> ours) {
    if (on.isEmpty() || scans.areInMemory(plan)) {
      return whole(plan);
    }
    return push(plan, on.stream().map(ours).toList(), keysOf(on, rows, theirs));
  }

  /** The different keys by which rows join. */
  KeyRows keysOf(List<Equality> on, List<? extends Plan> rows, Function<Equality, Expr> side) {
    List<Expr> values = on.stream().map(side).toList();
    return keys(values, rows, on.stream().map(Equality::match).toList());
  }

  /** The different values that rows have. */
  KeyRows keys(List<Expr> values, List<? extends Plan> rows, List<DeltaPlan.Match> matches) {
    List<KeySets.Valued> all = new ArrayList<>();
    rows.forEach(each -> all.add(new KeySets.Valued(each, values)));
    return sets.of(all, matches);
  }

  private Plan scan(Plan.Scan scan, List<Expr> values, KeyRows keys) {
    Plan all = whole(scan);
    long rows = context.now().rows(scan.source().type());
    if (rows < FEW_TIMES * tables.count(keys.rows())) {
      return all;
    }
    if (scans.areInMemory(scan)) {
      return keys.semiJoin(all, values);
    }
    SharedScan shared = scans.shared(scan);
    return shared.rows(scan, restricted(shared.scan(), shared.values(scan, values), keys, rows));
  }

  private DeltaPlan.PreparedRows restricted(
      Plan.Scan scan, List<Expr> values, KeyRows keys, long rows) {
    Optional<DeltaPlan.PreparedRows> known = scans.find(scan, values, keys, version);
    if (known.isPresent()) {
      return known.get();
    }
    DeltaPlan.PreparedRows restricted =
        tables.first("rows", context.readable(rows), rows(scan, values, keys));
    context.refuseLargeShare(scan.source(), tables.count(restricted), rows);
    scans.add(scan, values, keys, version, restricted);
    return restricted;
  }

  /** The rows of a table with some keys, of the files that may have any. */
  private Plan rows(Plan.Scan scan, List<Expr> values, KeyRows keys) {
    Map<PlanColumn, Integer> fields = new HashMap<>();
    scan.reads().forEach(read -> fields.put(read.column(), read.fieldId()));
    List<Integer> numbers = new ArrayList<>();
    List<Integer> ofKeys = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      Type given = keys.rows().columns().get(i).type();
      if (values.get(i) instanceof Expr.Ref ref
          && ref.type().isPrimitiveType()
          && ref.type().equals(given)) {
        numbers.add(i);
        ofKeys.add(fields.get(ref.column()));
      }
    }
    String named = ofKeys.isEmpty() ? "" : sets.parts(keys, numbers).rows().name();
    String files = tables.pruned(scan.narrowed(), scans.read(scan, version), named, ofKeys);
    return keys.semiJoin(DeltaRows.of(files, scan, false), values);
  }
}
