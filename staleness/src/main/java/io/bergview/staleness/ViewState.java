package io.bergview.staleness;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bergview.catalog.lineage.SourceLease;
import io.bergview.projection.definition.TableName;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The state of a view relative to its sources at one moment.
 *
 * @param reason the most severe of all that apply; its message is a sentence
 * @param lastRefresh when the sources of the current rows were pinned
 * @param staleSince commit time of the first change of a source that the view has not seen
 * @param withinGrace whether the view is stale and its grace period has not run out
 * @param nextTick the next tick of its schedule; empty without one
 * @param contents the size of the view; empty if it cannot be read
 * @param sources those of the lineage, or if there is none those of the definition
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
    Optional<Instant> nextTick,
    Optional<ViewContents> contents,
    List<SourceState> sources) {
  public ViewState {
    requireNonNull(view, "view is null");
    requireNonNull(table, "table is null");
    requireNonNull(state, "state is null");
    requireNonNull(reason, "reason is null");
    requireNonNull(message, "message is null");
    requireNonNull(lastRefresh, "lastRefresh is null");
    requireNonNull(staleSince, "staleSince is null");
    requireNonNull(nextTick, "nextTick is null");
    requireNonNull(contents, "contents is null");
    sources = List.copyOf(sources);
  }

  /** By how many snapshots that changed rows the view is behind the source that is furthest on. */
  public int snapshotsBehind() {
    return sources.stream().mapToInt(SourceState::snapshotsBehind).max().orElse(0);
  }

  /** Whether there may not be more of them, since snapshots have expired. */
  public boolean behindIsExact() {
    return sources.stream().allMatch(SourceState::exact);
  }

  /** The leases that the view holds on its sources. */
  public List<SourceLease> leases() {
    return sources.stream().flatMap(source -> source.lease().stream()).toList();
  }

  /** The same, said in other words. */
  public ViewState withMessage(String said) {
    return new ViewState(
        view,
        table,
        state,
        reason,
        said,
        lastRefresh,
        staleSince,
        withinGrace,
        nextTick,
        contents,
        sources);
  }

  /** As JSON; times in ISO 8601, null if there is none. */
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("view", view);
    json.put("table", table.toString());
    json.put("state", state.label());
    json.put("reason", reason.name());
    json.put("message", message);
    json.put("lastRefresh", lastRefresh.map(Instant::toString).orElse(null));
    json.put("staleSince", staleSince.map(Instant::toString).orElse(null));
    json.put("withinGrace", withinGrace);
    json.put("nextTick", nextTick.map(Instant::toString).orElse(null));
    json.put("snapshotsBehind", snapshotsBehind());
    json.put(
        "mode", contents.map(held -> held.mode().name().toLowerCase(Locale.ROOT)).orElse(null));
    json.put("rows", contents.map(held -> held.rows().count()).orElse(null));
    json.put("rowsAreExact", contents.map(held -> held.rows().exact()).orElse(null));
    json.put("bytes", contents.map(ViewContents::bytes).orElse(null));
    json.put("description", contents.flatMap(ViewContents::description).orElse(null));
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
    ArrayNode held = json.putArray("leases");
    leases().forEach(lease -> held.add(lease.toJson()));
    return json;
  }
}
