package io.bergview.history;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/**
 * A lease that could not be written to a source. Its text in the journal is one line of JSON,
 * described in docs/on-disk-format.md.
 *
 * @param time when that was found out
 * @param table the uuid of the view's table
 * @param source the table that the view reads
 * @param message why, without secrets
 */
public record LeaseRefused(Instant time, String view, String table, String source, String message)
    implements HistoryEntry {
  public LeaseRefused {
    requireNonNull(time, "time is null");
    requireNonNull(view, "view is null");
    requireNonNull(table, "table is null");
    requireNonNull(source, "source is null");
    requireNonNull(message, "message is null");
  }

  /** One line, without its end. */
  String line() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("time", time.toString())
        .put("view", view)
        .put("table", table)
        .put("source", source)
        .put("message", message)
        .toString();
  }

  /** Empty for an incomplete line of the journal; unknown fields are ignored. */
  static Optional<LeaseRefused> of(JsonNode json) {
    for (String field : new String[] {"time", "view", "table", "source", "message"}) {
      if (!json.path(field).isTextual()) {
        return Optional.empty();
      }
    }
    try {
      return Optional.of(
          new LeaseRefused(
              Instant.parse(json.path("time").asText()),
              json.path("view").asText(),
              json.path("table").asText(),
              json.path("source").asText(),
              json.path("message").asText()));
    } catch (DateTimeParseException noTime) {
      return Optional.empty();
    }
  }

  @Override
  public ObjectNode toJson() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("time", time.toString())
        .put("what", "lease-refused")
        .put("source", source)
        .put("message", message);
  }
}
