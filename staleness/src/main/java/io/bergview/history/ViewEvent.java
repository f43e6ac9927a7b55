package io.bergview.history;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bergview.catalog.lineage.Lineage;
import io.bergview.catalog.lineage.RefreshRecord;
import io.bergview.catalog.lineage.SourceSnapshot;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One commit to a view's table.
 *
 * @param time of the commit
 * @param operation Iceberg's: {@code append}, {@code overwrite}, {@code delete}, {@code replace}
 * @param refresh what the refresh did; empty where none made the snapshot
 * @param sources the snapshots that the rows are derived from, as the commit's lineage says; empty
 *     where it carries none that can be read
 */
public record ViewEvent(
    EventKind what,
    long snapshotId,
    Instant time,
    String operation,
    Optional<RefreshRecord> refresh,
    List<Source> sources)
    implements HistoryEntry {
  /**
   * A table that a refresh has read.
   *
   * @param table as the definition names it
   * @param direct whether the definition itself reads it
   * @param snapshotId -1 where it had none
   */
  public record Source(String table, boolean direct, long snapshotId) {
    public Source {
      requireNonNull(table, "table is null");
    }
  }

  /** Who made a commit, and what for. */
  public enum EventKind {
    REFRESH,
    /** A change of the definition: no row changed. */
    DEFINITION,
    /** Files were rewritten, for example by a compaction: no row changed. */
    MAINTENANCE,
    /** Rows were changed by another writer. */
    FOREIGN;

    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public ViewEvent {
    requireNonNull(what, "what is null");
    requireNonNull(time, "time is null");
    requireNonNull(operation, "operation is null");
    requireNonNull(refresh, "refresh is null");
    sources = List.copyOf(sources);
  }

  static List<Source> sources(Optional<Lineage> lineage) {
    return lineage.map(Lineage::sources).orElse(List.of()).stream().map(ViewEvent::source).toList();
  }

  private static Source source(SourceSnapshot read) {
    return new Source(read.table().toString(), read.direct(), read.snapshotId());
  }

  /** What no refresh says is null. */
  @Override
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("time", time.toString());
    json.put("what", what.label());
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
    for (Source source : sources) {
      array
          .addObject()
          .put("table", source.table())
          .put("direct", source.direct())
          .put("snapshotId", source.snapshotId());
    }
    return json;
  }

  /** Parses the output of {@link #toJson}; empty for anything else. Unknown fields are ignored. */
  static Optional<ViewEvent> of(JsonNode json) {
    if (!json.path("snapshotId").isIntegralNumber() || !json.path("operation").isTextual()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new ViewEvent(
              EventKind.valueOf(json.path("what").asText().toUpperCase(Locale.ROOT)),
              json.path("snapshotId").asLong(),
              Instant.parse(json.path("time").asText()),
              json.path("operation").asText(),
              json.path("refreshId").isTextual() ? Optional.of(refresh(json)) : Optional.empty(),
              sources(json.path("sources"))));
    } catch (DateTimeParseException | IllegalArgumentException otherwise) {
      return Optional.empty();
    }
  }

  private static RefreshRecord refresh(JsonNode json) {
    return new RefreshRecord(
        json.path("refreshId").asText(),
        json.path("kind").asText(),
        json.path("reason").asText(),
        json.path("message").asText(),
        json.path("definitionVersion").asLong(),
        json.path("rowsAdded").asLong(),
        json.path("rowsRemoved").asLong(),
        json.path("bytesWritten").asLong(),
        Duration.ofMillis(json.path("durationMs").asLong()));
  }

  private static List<Source> sources(JsonNode array) {
    List<Source> sources = new ArrayList<>();
    for (JsonNode source : array) {
      sources.add(
          new Source(
              source.path("table").asText(),
              source.path("direct").asBoolean(),
              source.path("snapshotId").asLong(SourceSnapshot.NONE)));
    }
    return sources;
  }
}
