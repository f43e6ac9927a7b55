package io.bergview.refresh.incremental;

import static java.util.Objects.requireNonNull;

import io.bergview.pipeline.delta.TableDelta;
import io.bergview.projection.plan.Plan;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** The rows deleted from a view's sources and inserted into them since its lineage. */
final class SourceChanges implements AutoCloseable {
  private final ScratchTables scratch;
  private final Map<String, TableDelta> all;
  private final Map<String, TableDelta> deltas;

  /**
   * @param deltas by type; those without rows do not count
   */
  SourceChanges(ScratchTables scratch, Map<String, TableDelta> deltas) {
    this.scratch = scratch;
    this.all = Map.copyOf(deltas);
    this.deltas = new LinkedHashMap<>(deltas);
    this.deltas.values().removeIf(delta -> delta.removedRows() + delta.addedRows() == 0);
  }

  /** The types whose tables changed. */
  Set<String> types() {
    return deltas.keySet();
  }

  TableDelta of(String type) {
    return requireNonNull(deltas.get(type), () -> "type " + type + " did not change");
  }

  /** The rows that a scan of a changed table lost; empty for none. */
  Optional<Plan> removed(Plan.Scan scan) {
    TableDelta delta = of(scan.source().type());
    return rows(delta.removedRows(), delta::removed, scan);
  }

  /** The rows that a scan of a changed table gained; empty for none. */
  Optional<Plan> added(Plan.Scan scan) {
    TableDelta delta = of(scan.source().type());
    return rows(delta.addedRows(), delta::added, scan);
  }

  private Optional<Plan> rows(long count, Supplier<String> table, Plan.Scan scan) {
    if (count == 0) {
      return Optional.empty();
    }
    String name = table.get();
    scratch.add(name, count);
    return Optional.of(DeltaRows.of(name, scan));
  }

  long rows() {
    return deltas.values().stream()
        .mapToLong(delta -> delta.removedRows() + delta.addedRows())
        .sum();
  }

  /**
   * For each changed table one with the rows of both sides.
   *
   * @param columns by type the field ids of the needed ones
   */
  Map<String, String> both(Map<String, List<Integer>> columns) {
    Map<String, String> both = new LinkedHashMap<>();
    deltas.forEach(
        (type, delta) -> {
          String rows = delta.both(columns.getOrDefault(type, List.of()));
          both.put(
              type,
              delta.isInFiles() ? scratch.table("changed", rows) : scratch.view("changed", rows));
        });
    return both;
  }

  /** For display: {@code Order: 3 rows inserted, 1 row deleted}. */
  String describe() {
    StringBuilder text = new StringBuilder();
    deltas.forEach(
        (type, delta) ->
            text.append(text.isEmpty() ? "" : "; ")
                .append(type)
                .append(delta.isUncancelled() ? ": at most " : ": ")
                .append(rows(delta.addedRows()))
                .append(" inserted, ")
                .append(rows(delta.removedRows()))
                .append(" deleted"));
    return text.toString();
  }

  @Override
  public void close() {
    all.values().forEach(TableDelta::close);
  }

  private static String rows(long count) {
    return count == 1 ? "1 row" : count + " rows";
  }
}
