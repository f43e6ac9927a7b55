package io.bergview.catalog.lineage;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Snapshot;

/**
 * The exact source snapshots that a view's data is derived from. It is committed in the summary of
 * the snapshot that it describes, so data and lineage cannot disagree.
 *
 * <p>In the summary, {@code refresh-state} has the shape of Iceberg's materialized-view draft
 * (apache/iceberg pull request 11041):
 *
 * <pre>{@code
 * {"view-version-id": 3,
 *  "source-states": [
 *    {"type": "table", "name": "orders", "namespace": ["shop"], "catalog": "lake",
 *     "uuid": "9c12d441-...", "snapshot-id": 3051729675574597004}],
 *  "refresh-start-timestamp-ms": 1767225600000}
 * }</pre>
 *
 * <p>{@code ref} is there only for a source that is read at a branch or a tag; {@code snapshot-id}
 * is -1 for a table without snapshots. The draft reads an absent {@code catalog} as the view's own;
 * it is absent only where the view and the source are both in the project's default catalog and the
 * definition does not name it. In addition, {@code bergview.sources} has what the draft does not
 * cover, and names each table as the definition does:
 *
 * <pre>{@code
 * [{"table": "lake.shop.orders", "direct": true,
 *   "columns": {"order_id": {"id": 1, "type": "long"}}}]
 * }</pre>
 *
 * <p>Unknown fields are ignored; a source of an unknown type makes the lineage unreadable, since a
 * source that is not watched would make the view look fresh.
 *
 * @param definitionVersion of the definition that produced the data ({@code view-version-id})
 * @param refreshStarted when the sources were pinned, to the millisecond
 * @param sources each table once
 */
public record Lineage(
    long definitionVersion, Instant refreshStarted, List<SourceSnapshot> sources) {
  public Lineage {
    requireNonNull(refreshStarted, "refreshStarted is null");
    refreshStarted = Instant.ofEpochMilli(refreshStarted.toEpochMilli());
    sources = List.copyOf(sources);
    if (sources.stream().map(SourceSnapshot::table).distinct().count() != sources.size()) {
      throw new IllegalArgumentException("a source occurs twice in the lineage: " + sources);
    }
  }

  /**
   * The summary entries that carry this lineage, for {@code SnapshotUpdate.set}.
   *
   * @param viewCatalog the catalog that the view's table is in
   * @param defaultCatalog the project's: of the sources whose names have no catalog
   */
  public Map<String, String> toSummary(String viewCatalog, String defaultCatalog) {
    return LineageText.write(
        this, viewCatalog.equals(defaultCatalog) ? Optional.empty() : Optional.of(defaultCatalog));
  }

  /**
   * The lineage that a snapshot carries, if it carries one.
   *
   * @throws IllegalArgumentException if it carries one that cannot be read
   */
  public static Optional<Lineage> carriedBy(Map<String, String> summary) {
    return LineageText.read(summary);
  }

  /**
   * The value of the table property {@code bergview.lineage}: a mirror of a snapshot's lineage,
   * which outlives the snapshot. Set it in the transaction that makes the snapshot.
   *
   * @param snapshot the one just made, {@code transaction.table().currentSnapshot()}; its id does
   *     not change when the transaction is tried again
   */
  public static String mirrorOf(Snapshot snapshot) {
    return LineageMirror.of(snapshot).toJson();
  }
}
