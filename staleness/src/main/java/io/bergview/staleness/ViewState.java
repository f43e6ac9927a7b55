package io.bergview.staleness;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bergview.projection.definition.TableName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How a view stands to its sources at one moment.
 *
 * @param reason the weightiest of all that hold; its message says it as a sentence
 * @param lastRefresh when the sources of the current rows were pinned
 * @param staleSince commit time of the first change of a source that the view has not seen
 * @param withinGrace whether the view is stale and its grace period has not run out
 * @param sources what the lineage names, or where there is none what the definition names
 */
public record ViewState(
    String view,
    TableName table,
    Freshness state,
    Reason reason,
    String message,
    Optional<Instant> lastRefresh,
    Optional<Instant> staleSince,
    boolean withinGrace,
    List<SourceState> sources) {
  public ViewState {
    requireNonNull(view, "view is null");
    requireNonNull(table, "table is null");
    requireNonNull(state, "state is null");
    requireNonNull(reason, "reason is null");
    requireNonNull(message, "message is null");
    requireNonNull(lastRefresh, "lastRefresh is null");
    requireNonNull(staleSince, "staleSince is null");
    sources = List.copyOf(sources);
  }

  /** For machines; times in ISO 8601, null where there is none. */
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("view", view);
    json.put("table", table.toString());
    json.put("state", state.word());
    json.put("reason", reason.name());
    json.put("message", message);
    json.put("lastRefresh", lastRefresh.map(Instant::toString).orElse(null));
    json.put("staleSince", staleSince.map(Instant::toString).orElse(null));
    json.put("withinGrace", withinGrace);
    ArrayNode array = json.putArray("sources");
    for (SourceState source : sources) {
      array
          .addObject()
          .put("table", source.table().toString())
          .put("direct", source.direct())
          .put("lineageSnapshotId", source.lineageSnapshotId())
          .put("currentSnapshotId", source.currentSnapshotId())
          .put("snapshotsBehind", source.snapshotsBehind())
          .put("behindSince", source.behindSince().map(Instant::toString).orElse(null))
          .put("exact", source.exact())
          .put("reason", source.reason().name())
          .put("message", source.message());
    }
    return json;
  }
}
