package io.bergview.refresh.spark;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bergview.errors.BergviewException;
import io.bergview.errors.ConflictException;
import io.bergview.errors.DataException;
import io.bergview.errors.EngineException;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.MissingFileException;
import io.bergview.errors.NotFoundException;
import io.bergview.errors.RefusedException;
import io.bergview.errors.SourceException;
import io.bergview.errors.StorageException;
import io.bergview.errors.UsageException;
import io.bergview.pipeline.CancelledException;
import io.bergview.refresh.RefreshKind;
import io.bergview.refresh.RefreshResult;
import io.bergview.refresh.pin.StalePinException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** How a task ended, as it passes from one process to another. */
public sealed interface TaskOutcome {
  /** The view was refreshed, or needed no refresh. */
  record Done(RefreshResult result) implements TaskOutcome {
    public Done {
      requireNonNull(result, "result is null");
    }
  }

  /**
   * The task failed.
   *
   * @param type the simple name of the exception, by which it is made again
   * @param code of {@link ErrorCode}; that of a stale pin is a conflict
   */
  record Failed(String type, ErrorCode code, String message, List<String> details)
      implements TaskOutcome {
    public Failed {
      requireNonNull(type, "type is null");
      requireNonNull(code, "code is null");
      requireNonNull(message, "message is null");
      details = List.copyOf(details);
    }

    /** As it was thrown there; what no other process can throw is an {@code EngineException}. */
    RuntimeException exception() {
      return switch (type) {
        case "ConflictException" -> new ConflictException(code, message, details, null);
        case "DataException" -> new DataException(code, message, details, null);
        case "NotFoundException" -> new NotFoundException(code, message);
        case "RefusedException" -> new RefusedException(code, message);
        case "SourceException" -> new SourceException(code, message);
        case "StorageException" -> new StorageException(code, message);
        case "UsageException" -> new UsageException(code, message);
        case "CancelledException" -> new CancelledException(null);
        case "MissingFileException" -> new MissingFileException(message, null);
        case "StalePinException" -> new StalePinException(new ConflictException(code, message));
        default -> new EngineException(code, message, details, null);
      };
    }
  }

  /** What a failure is for the other process. */
  static Failed failure(String view, Throwable thrown) {
    if (thrown instanceof BergviewException known) {
      return new Failed(
          known.getClass().getSimpleName(),
          known.code(),
          thrown instanceof MissingFileException missing
              ? missing.what()
              : String.valueOf(known.getMessage()),
          known.details());
    }
    if (thrown instanceof StalePinException) {
      return new Failed(
          StalePinException.class.getSimpleName(),
          ErrorCode.COMMIT_CONFLICT,
          String.valueOf(thrown.getMessage()),
          List.of());
    }
    String why = SparkMemory.find(thrown).orElse("");
    String type = EngineException.class.getSimpleName();
    return why.isEmpty()
        ? new Failed(
            type,
            ErrorCode.SPARK_FAILED,
            "View %s was not refreshed: Spark failed: %s".formatted(view, words(thrown)),
            List.of())
        : new Failed(
            type, ErrorCode.SPARK_OUT_OF_MEMORY, SparkMemory.message(view, why), List.of());
  }

  private static String words(Throwable thrown) {
    String message = thrown.getMessage();
    String name = thrown.getClass().getSimpleName();
    return message == null ? name : name + ": " + message.lines().findFirst().orElse("");
  }

  default ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    if (this instanceof Done done) {
      json.set("result", done.result().toJson());
    } else if (this instanceof Failed failed) {
      ObjectNode failure = json.putObject("failure");
      failure.put("type", failed.type());
      failure.put("code", failed.code().name());
      failure.put("message", failed.message());
      ArrayNode details = failure.putArray("details");
      failed.details().forEach(details::add);
    }
    return json;
  }

  static TaskOutcome of(JsonNode json) {
    JsonNode failure = json.path("failure");
    if (failure.isObject()) {
      List<String> details = new ArrayList<>();
      failure.path("details").forEach(line -> details.add(line.textValue()));
      return new Failed(
          failure.path("type").textValue(),
          ErrorCode.valueOf(failure.path("code").textValue()),
          failure.path("message").textValue(),
          details);
    }
    JsonNode result = json.path("result");
    return new Done(
        new RefreshResult(
            result.path("view").textValue(),
            RefreshKind.valueOf(result.path("kind").textValue().toUpperCase(Locale.ROOT)),
            result.path("reason").textValue(),
            result.path("message").textValue(),
            result.path("snapshotId").longValue(),
            result.path("rowsAdded").longValue(),
            result.path("rowsRemoved").longValue(),
            result.path("bytesWritten").longValue(),
            result.path("durationMs").longValue()));
  }
}
