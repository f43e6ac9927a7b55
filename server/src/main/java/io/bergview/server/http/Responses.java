package io.bergview.server.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import io.bergview.catalog.Secrets;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.Failure;
import io.bergview.pipeline.CancelledException;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes responses and errors. */
final class Responses {
  static final String JSON = "application/json";

  private static final Logger LOG = LoggerFactory.getLogger(Responses.class);

  private final Secrets secrets;

  Responses(Secrets secrets) {
    this.secrets = secrets;
  }

  /** Writes rows, one at a time. */
  @FunctionalInterface
  interface Rows {
    void writeTo(ClientOutput out) throws IOException;
  }

  /** As commands print it. */
  void json(Context request, JsonNode json) {
    request.contentType(JSON).result(body(Secrets.masked(json, this::masked)));
  }

  static byte[] body(JsonNode json) {
    return (json.toPrettyString() + "\n").getBytes(UTF_8);
  }

  byte[] body(Failure failure) {
    return body(failure.shown(secrets::mask).toJson());
  }

  /** A handler that converts every exception into one of our errors. */
  Handler guarded(Handler handler) {
    return request -> {
      try {
        handler.handle(request);
      } catch (Exception | Error e) {
        error(request, e);
      }
    };
  }

  /** Sends rows as they are read: the first of them before it is known whether all can be. */
  static void rows(Context request, String contentType, Rows rows) throws IOException {
    request.contentType(contentType);
    rows.writeTo(new ClientOutput(request.res().getOutputStream()));
  }

  /** An error if nothing was sent yet; otherwise the response is aborted, and the log says why. */
  void error(Context request, Throwable thrown) {
    if (thrown instanceof ClientOutput.ClientGoneException) {
      LOG.debug("{} {}: {}", request.method(), request.path(), thrown.getMessage());
      breakOff(request);
      return;
    }
    // A stop interrupts what goes on for too long, and whatever is being read fails by that.
    Failure failure = Failure.of(Thread.interrupted() ? new CancelledException(thrown) : thrown);
    if (request.res().isCommitted()) {
      LOG.warn(
          "The answer to {} {} broke off: {}: {}",
          request.method(),
          request.path(),
          failure.code(),
          failure.shown(secrets::mask).message());
      LOG.debug("It failed here", thrown);
      breakOff(request);
      return;
    }
    request.res().resetBuffer();
    error(request, failure, status(failure.code()));
    if (failure.code() == ErrorCode.INTERNAL) {
      LOG.warn("{} {} failed: {}", request.method(), request.path(), masked(thrown.toString()));
      LOG.debug("It failed here", thrown);
    }
  }

  private static void breakOff(Context request) {
    BreakableResponse answer = request.attribute(BreakableResponse.attribute());
    requireNonNull(answer, "every answer can break off").breakOff();
  }

  void error(Context request, Failure failure, int status) {
    request.status(status).contentType(JSON).result(body(failure));
  }

  String displayText(String message) {
    return secrets.displayText(message);
  }

  String masked(String text) {
    return secrets.mask(text);
  }

  /** By the code, so that a client need not know all codes. */
  static int status(ErrorCode code) {
    return switch (code) {
      case TOKEN_NEEDED -> 401;
      case HOST_REFUSED -> 403;
      case STOPPING, OVERLOADED, CATALOG_UNREACHABLE, CANCELLED -> 503;
      case ACCESS_DENIED,
          STORAGE_FAILED,
          FILE_LOST,
          OUT_OF_MEMORY,
          CATALOG_MODULE_MISSING,
          SPARK_NOT_FOUND,
          SPARK_VERSION,
          SPARK_MODULE_MISSING,
          SPARK_FAILED,
          SPARK_OUT_OF_MEMORY,
          INTERNAL ->
          500;
      default ->
          switch (code.exitCode()) {
            case WRONG_USAGE -> 400;
            case NOT_FOUND -> 404;
            case CONFLICT -> 409;
            default -> 422;
          };
    };
  }
}
