package io.bergview.history;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bergview.errors.ErrorCode;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/**
 * A refresh that failed, and left the view as it was. Its text in the journal is one line of JSON,
 * described in docs/on-disk-format.md.
 *
 * @param time when it had failed
 * @param table the uuid of the view's table; empty where the view could not be read
 * @param code a stable {@link ErrorCode}
 * @param message as it was shown, secrets hidden
 * @param kind {@code append}, {@code merge} or {@code full}: what was tried; empty where it failed
 *     before that was decided
 * @param duration of all attempts
 * @param process the number of the process in its operating system
 */
public record RefreshFailure(
    Instant time,
    String view,
    Optional<String> table,
    String code,
    String message,
    Optional<String> kind,
    Duration duration,
    long process)
    implements HistoryEntry {
  private static final int LONGEST_MESSAGE = 4_000;

  public RefreshFailure {
    requireNonNull(time, "time is null");
    requireNonNull(view, "view is null");
    requireNonNull(table, "table is null");
    requireNonNull(code, "code is null");
    requireNonNull(kind, "kind is null");
    requireNonNull(duration, "duration is null");
    message =
        message.length() <= LONGEST_MESSAGE
            ? message
            : message.substring(0, LONGEST_MESSAGE) + "...";
  }

  /** One line, without its end. */
  String line() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("time", time.toString());
    json.put("view", view);
    json.put("table", table.orElse(null));
    json.put("code", code);
    json.put("message", message);
    json.put("kind", kind.orElse(null));
    json.put("durationMs", duration.toMillis());
    json.put("process", process);
    return json.toString();
  }

  /** Empty for an incomplete line of the journal; unknown fields are ignored. */
  static Optional<RefreshFailure> of(JsonNode json) {
    if (!json.path("time").isTextual()
        || !json.path("view").isTextual()
        || !json.path("code").isTextual()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new RefreshFailure(
              Instant.parse(json.path("time").asText()),
              json.path("view").asText(),
              text(json, "table"),
              json.path("code").asText(),
              json.path("message").asText(),
              text(json, "kind"),
              Duration.ofMillis(json.path("durationMs").asLong()),
              json.path("process").asLong()));
    } catch (DateTimeParseException noTime) {
      return Optional.empty();
    }
  }

  private static Optional<String> text(JsonNode json, String field) {
    return Optional.of(json.path(field)).filter(JsonNode::isTextual).map(JsonNode::asText);
  }

  @Override
  public ObjectNode toJson() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("time", time.toString())
        .put("what", "failure")
        .put("kind", kind.orElse(null))
        .put("reason", code)
        .put("message", message)
        .put("durationMs", duration.toMillis())
        .put("process", process);
  }
}
