package io.bergview.history;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/**
 * Ticks of a view's schedule that were missed. Its text in the journal is one line of JSON,
 * described in docs/on-disk-format.md.
 *
 * @param time when that was found out
 * @param table the uuid of the view's table
 * @param first the first of them
 * @param last the last of them
 * @param ticks how many
 * @param caughtUp the tick for which the view was to be refreshed then
 */
public record TicksMissed(
    Instant time,
    String view,
    String table,
    Instant first,
    Instant last,
    int ticks,
    Instant caughtUp)
    implements HistoryEntry {
  public TicksMissed {
    requireNonNull(time, "time is null");
    requireNonNull(view, "view is null");
    requireNonNull(table, "table is null");
    requireNonNull(first, "first is null");
    requireNonNull(last, "last is null");
    requireNonNull(caughtUp, "caughtUp is null");
  }

  /** One line, without its end. */
  String line() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("time", time.toString());
    json.put("view", view);
    json.put("table", table);
    putTicks(json);
    return json.toString();
  }

  private void putTicks(ObjectNode json) {
    json.put("first", first.toString());
    json.put("last", last.toString());
    json.put("ticks", ticks);
    json.put("caughtUp", caughtUp.toString());
  }

  /** Empty for an incomplete line of the journal; unknown fields are ignored. */
  static Optional<TicksMissed> of(JsonNode json) {
    if (!json.path("view").isTextual()
        || !json.path("table").isTextual()
        || !json.path("ticks").isIntegralNumber()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new TicksMissed(
              instant(json, "time"),
              json.path("view").asText(),
              json.path("table").asText(),
              instant(json, "first"),
              instant(json, "last"),
              json.path("ticks").asInt(),
              instant(json, "caughtUp")));
    } catch (DateTimeParseException noTime) {
      return Optional.empty();
    }
  }

  private static Instant instant(JsonNode json, String field) {
    return Instant.parse(json.path(field).asText());
  }

  @Override
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("time", time.toString());
    json.put("what", "ticks-missed");
    putTicks(json);
    return json;
  }
}
