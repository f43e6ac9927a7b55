package io.bergview.refresh.incremental;

import io.bergview.pipeline.delta.TableDelta;
import io.bergview.projection.plan.DeltaPlan;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.Plan;
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
  private final DeltaContext context;
  private final PlanTables tables;
  private final Map<List<Object>, List<Known>> known = new HashMap<>();

  /** Rows that were read. */
  private record Known(KeyRows keys, PlanVersion version, DeltaPlan.PreparedRows rows) {}

  RestrictedScans(DeltaContext context, PlanTables tables) {
    this.context = context;
    this.tables = tables;
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
    TableDelta delta = context.changes().of(scan.source().type());
    boolean lost = (later ? delta.removedRows() : delta.addedRows()) > 0;
    boolean gained = (later ? delta.addedRows() : delta.removedRows()) > 0;
    if (scan.reads().isEmpty()) {
      return Optional.empty();
    }
    Plan without = DeltaRows.of(later ? delta.removed() : delta.added(), scan);
    Plan with = DeltaRows.of(later ? delta.added() : delta.removed(), scan);
    DeltaPlan.PreparedRows rows =
        tables.changed(
            one.rows(),
            lost ? Optional.of(one.keys().semiJoin(without, values)) : Optional.empty(),
            gained ? Optional.of(one.keys().semiJoin(with, values)) : Optional.empty());
    add(scan, values, one.keys(), later ? PlanVersion.NOW : PlanVersion.BEFORE, rows);
    return Optional.of(rows);
  }
}
