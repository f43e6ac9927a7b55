package io.bergview.catalog.lineage;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bergview.projection.definition.TableName;
import java.time.Instant;
import java.util.Optional;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.Table;

/**
 * A lease of a view on a snapshot of one of its sources: a tag on the source, {@code bergview-<uuid
 * of the view's table>}, with a maximum reference age; where the source is read at a branch or tag,
 * {@code @} and the name of that follow. There is one per view and source; it is not lost when the
 * view is renamed.
 *
 * <p>Iceberg measures the age of a tag from the timestamp of its snapshot, not from when the tag
 * was created or changed ({@code RemoveSnapshots.computeRetainedRefs}). So the age limit of the tag
 * is the age that the snapshot has when the lease is taken or renewed, plus that of the lease.
 *
 * @param source as the lineage names it
 * @param snapshotId that it holds
 * @param until when the tag no longer holds its snapshot
 */
public record SourceLease(TableName source, long snapshotId, Instant until) {
  private static final String PREFIX = "bergview-";

  public SourceLease {
    requireNonNull(source, "source is null");
    requireNonNull(until, "until is null");
  }

  /** The name of a view's tag on a source. */
  public static String tagOf(Table view, TableName source) {
    return tagsOf(view) + source.ref().map(ref -> "@" + ref).orElse("");
  }

  /** How the names of all tags of a view begin. */
  public static String tagsOf(Table view) {
    return PREFIX + view.uuid();
  }

  /** The lease that a view holds on one of its sources. */
  public static Optional<SourceLease> of(Table view, TableName source, Table table) {
    SnapshotRef tag = table.refs().get(tagOf(view, source));
    Snapshot snapshot = tag == null ? null : table.snapshot(tag.snapshotId());
    return tag == null || snapshot == null || !tag.isTag()
        ? Optional.empty()
        : Optional.of(new SourceLease(source, tag.snapshotId(), until(tag, snapshot)));
  }

  private static Instant until(SnapshotRef tag, Snapshot snapshot) {
    Long age = tag.maxRefAgeMs();
    return age == null || age > Long.MAX_VALUE - snapshot.timestampMillis()
        ? Instant.MAX
        : Instant.ofEpochMilli(snapshot.timestampMillis() + age);
  }

  /** With {@code until} null for a tag without an age limit. */
  public ObjectNode toJson() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("table", source.toString())
        .put("snapshotId", snapshotId)
        .put("until", until.equals(Instant.MAX) ? null : until.toString());
  }
}
