package io.bergview.staleness.history;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bergview.catalog.lineage.Lineage;
import io.bergview.catalog.lineage.RefreshRecord;
import io.bergview.catalog.lineage.SourceSnapshot;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One commit to a view's table.
 *
 * @param time of the commit
 * @param operation Iceberg's: {@code append}, {@code overwrite}, {@code delete}, {@code replace}
 * @param refresh what the refresh did; empty where none made the snapshot
 * @param sources the snapshots that the rows were made from, as the commit's lineage says; empty
 *     where it carries none that can be read
 */
public record ViewEvent(
    What what,
    long snapshotId,
    Instant time,
    String operation,
    Optional<RefreshRecord> refresh,
    List<SourceSnapshot> sources)
    implements HistoryEntry {
  /** Who made a commit, and what for. */
  public enum What {
    REFRESH,
    /** A change of the definition: no row changed. */
    DEFINITION,
    /** Somebody rewrote files, such as a compaction: no row changed. */
    MAINTENANCE,
    /** Rows were changed by somebody else. */
    FOREIGN;

    public String word() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  public ViewEvent {
    requireNonNull(what, "what is null");
    requireNonNull(time, "time is null");
    requireNonNull(operation, "operation is null");
    requireNonNull(refresh, "refresh is null");
    sources = List.copyOf(sources);
  }

  static List<SourceSnapshot> sources(Optional<Lineage> lineage) {
    return lineage.map(Lineage::sources).orElse(List.of());
  }

  /** What no refresh says is null. */
  @Override
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("time", time.toString());
    json.put("what", what.word());
    json.put("snapshotId", snapshotId);
    json.put("operation", operation);
    json.put("refreshId", refresh.map(RefreshRecord::refreshId).orElse(null));
    json.put("kind", refresh.map(RefreshRecord::kind).orElse(null));
    json.put("reason", refresh.map(RefreshRecord::reason).orElse(null));
    json.put("message", refresh.map(RefreshRecord::message).orElse(null));
    json.put("definitionVersion", refresh.map(RefreshRecord::definitionVersion).orElse(null));
    json.put("rowsAdded", refresh.map(RefreshRecord::rowsAdded).orElse(null));
    json.put("rowsRemoved", refresh.map(RefreshRecord::rowsRemoved).orElse(null));
    json.put("bytesWritten", refresh.map(RefreshRecord::bytesWritten).orElse(null));
    json.put("durationMs", refresh.map(done -> done.duration().toMillis()).orElse(null));
    ArrayNode array = json.putArray("sources");
    for (SourceSnapshot source : sources) {
      array
          .addObject()
          .put("table", source.table().toString())
          .put("direct", source.direct())
          .put("snapshotId", source.snapshotId());
    }
    return json;
  }
}
