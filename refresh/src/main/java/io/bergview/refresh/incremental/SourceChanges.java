package io.bergview.refresh.incremental;

import static java.util.Objects.requireNonNull;

import io.bergview.pipeline.delta.TableDelta;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

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
