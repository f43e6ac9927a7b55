package io.bergview.discover;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bergview.catalog.lineage.SummaryNumbers;
import io.bergview.projection.definition.TableName;
import io.bergview.staleness.SnapshotRows;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;

/**
 * A table in a list, from its metadata.
 *
 * @param table as definitions write it
 * @param catalog that it is in
 * @param types the project's entity types that name it
 * @param view the view whose rows it holds
 * @param bytes of its data files; -1 where the snapshot does not say
 * @param files data files; -1 where the snapshot does not say
 * @param lastChange the time of the current snapshot; empty where nothing was written
 * @param refs its branches and tags, without {@code main} and the tags that views keep
 */
public record ListedTable(
    TableName table,
    String catalog,
    List<String> types,
    Optional<String> view,
    SnapshotRows rows,
    long bytes,
    long files,
    Optional<Instant> lastChange,
    List<String> refs) {
  private static final long UNKNOWN = -1;

  /** How the names of tags begin that hold the snapshots of views. */
  private static final String PINS = "bergview-";

  public ListedTable {
    requireNonNull(table, "table is null");
    requireNonNull(catalog, "catalog is null");
    types = List.copyOf(types);
    requireNonNull(view, "view is null");
    requireNonNull(rows, "rows is null");
    requireNonNull(lastChange, "lastChange is null");
    refs = List.copyOf(refs);
  }

  static ListedTable of(FoundTable found, KnownTypes types) {
    Snapshot snapshot = found.table().currentSnapshot();
    return new ListedTable(
        found.name(),
        found.qualified().catalog().orElseThrow(),
        types.names(found.qualified()),
        found.view(),
        SnapshotRows.of(found.table()),
        total(snapshot, SnapshotSummary.TOTAL_FILE_SIZE_PROP),
        total(snapshot, SnapshotSummary.TOTAL_DATA_FILES_PROP),
        Optional.ofNullable(snapshot).map(s -> Instant.ofEpochMilli(s.timestampMillis())),
        refs(found.table()));
  }

  private static List<String> refs(Table table) {
    return table.refs().keySet().stream()
        .filter(ref -> !ref.equals(SnapshotRef.MAIN_BRANCH) && !ref.startsWith(PINS))
        .sorted()
        .toList();
  }

  private static long total(@Nullable Snapshot snapshot, String key) {
    if (snapshot == null) {
      return 0;
    }
    Map<String, String> summary = snapshot.summary();
    return SummaryNumbers.number(summary, key, UNKNOWN);
  }

  /** For machines. */
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("table", table.toString());
    json.put("catalog", catalog);
    types.forEach(json.putArray("types")::add);
    json.put("view", view.orElse(null));
    json.put("rows", rows.count());
    json.put("rowsAreExact", rows.exact());
    json.put("bytes", bytes);
    json.put("files", files);
    json.put("lastChange", lastChange.map(Instant::toString).orElse(null));
    refs.forEach(json.putArray("refs")::add);
    return json;
  }
}
