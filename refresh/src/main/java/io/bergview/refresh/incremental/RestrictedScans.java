package io.bergview.refresh.incremental;

import io.bergview.projection.plan.DeltaPlan;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.QueryPlan;
import io.bergview.projection.plan.QueryPlan.JoinKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The rows of tables that have some keys, each read once in a refresh: the rows of fewer keys are
 * among them, those of a table that did not change are the same before and now, and those of one
 * that did differ by its changed rows.
 */
final class RestrictedScans {
  /** So many rows in memory are looked at in a few milliseconds. */
  private static final long MANY_ROWS = 1_000_000;

  private final DeltaContext context;
  private final PlanTables tables;
  private final Map<List<Object>, List<Known>> known = new HashMap<>();
  private final Map<String, SharedScan> shared = new HashMap<>();

  /** Rows that were read. */
  private record Known(KeyRows keys, PlanVersion version, DeltaPlan.PreparedRows rows) {}

  RestrictedScans(DeltaContext context, PlanTables tables) {
    this.context = context;
    this.tables = tables;
  }

  /** The scan that is read for all of a table. */
  SharedScan shared(Plan.Scan scan) {
    SharedScan all =
        shared.computeIfAbsent(
            scan.source().type(),
            type ->
                SharedScan.of(scan, context.algebra().view().plan(), context.algebra().fresh()));
    return all.covers(scan) ? all : new SharedScan(scan);
  }

  /** The version that has to be read: of a table without changes both are the same. */
  PlanVersion read(Plan.Scan scan, PlanVersion version) {
    return isChanged(scan) ? version : PlanVersion.NOW;
  }

  private boolean isChanged(Plan.Scan scan) {
    return context.changes().types().contains(scan.source().type());
  }

  void add(
      Plan.Scan scan,
      List<Expr> values,
      KeyRows keys,
      PlanVersion version,
      DeltaPlan.PreparedRows rows) {
    known
        .computeIfAbsent(List.of(scan, values), any -> new ArrayList<>())
        .add(new Known(keys, read(scan, version), rows));
  }

  /**
   * Whether rows did not change and are in memory, so that joining all of them takes no longer than
   * finding those with some keys.
   */
  boolean areInMemory(Plan plan) {
    return plan.operators().allMatch(this::isOfMemory);
  }

  private boolean isOfMemory(Plan operator) {
    if (operator instanceof Plan.Scan scan) {
      return !isChanged(scan)
          && context.now().rows(scan.source().type()) <= MANY_ROWS
          && context.now().holds(scan.source());
    }
    return AffectedValues.isOfOneRow(operator) || operator instanceof QueryPlan.Join;
  }

  /** Whether rows were taken as those with these keys, no others, and perhaps filtered since. */
  boolean areOf(Plan rows, KeyRows keys) {
    if (rows instanceof Plan.Filter filter) {
      return areOf(filter.input(), keys);
    }
    if (rows instanceof QueryPlan.Join join) {
      return join.kind() == JoinKind.SEMI && join.right().equals(keys.rows());
    }
    return known.values().stream()
        .flatMap(List::stream)
        .anyMatch(one -> one.keys().equals(keys) && isTable(rows, one.rows().name()));
  }

  private static boolean isTable(Plan rows, String name) {
    return rows instanceof DeltaPlan.PreparedRows given && given.name().equals(name);
  }

  /** At least the rows with these keys, if they are known. */
  Optional<DeltaPlan.PreparedRows> find(
      Plan.Scan scan, List<Expr> values, KeyRows keys, PlanVersion version) {
    List<Known> all = known.getOrDefault(List.of(scan, values), List.of());
    Optional<Known> of = all.stream().filter(one -> holds(one.keys(), keys)).findFirst();
    if (of.isEmpty()) {
      return Optional.empty();
    }
    Optional<Known> same =
        all.stream()
            .filter(one -> one.keys().equals(of.get().keys()))
            .filter(one -> one.version() == read(scan, version))
            .findFirst();
    return same.map(Known::rows).or(() -> other(scan, values, of.get()));
  }

  private boolean holds(KeyRows more, KeyRows keys) {
    return more.equals(keys)
        || more.matches().equals(keys.matches())
            && tables.count(keys.rows()) <= tables.count(more.rows())
            && tables.areAmong(keys.rows(), more.rows());
  }

  /** The rows of the other version of a table, by what it lost and gained. */
  private Optional<DeltaPlan.PreparedRows> other(Plan.Scan scan, List<Expr> values, Known one) {
    boolean later = one.version() == PlanVersion.BEFORE;
    if (scan.reads().isEmpty()) {
      return Optional.empty();
    }
    Optional<Plan> removed = context.changes().removed(scan);
    Optional<Plan> added = context.changes().added(scan);
    DeltaPlan.PreparedRows rows =
        tables.changed(
            one.rows(),
            (later ? removed : added).map(some -> one.keys().semiJoin(some, values)),
            (later ? added : removed).map(some -> one.keys().semiJoin(some, values)));
    add(scan, values, one.keys(), later ? PlanVersion.NOW : PlanVersion.BEFORE, rows);
    return Optional.of(rows);
  }
}
