package io.bergview.server.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.bergview.catalog.Secrets;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.Failure;
import io.javalin.http.Context;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How answers and errors are written. */
final class Replies {
  private static final Logger LOG = LoggerFactory.getLogger(Replies.class);
  private static final String JSON = "application/json";

  private final Secrets secrets;

  Replies(Secrets secrets) {
    this.secrets = secrets;
  }

  /** As commands print it. */
  static void json(Context request, JsonNode json) {
    request.contentType(JSON).result((json.toPrettyString() + "\n").getBytes(UTF_8));
  }

  void error(Context request, Throwable thrown) {
    Failure failure = Failure.of(thrown);
    error(request, failure, status(failure.code()));
    if (failure.code() == ErrorCode.INTERNAL) {
      LOG.warn("{} {} failed: {}", request.method(), request.path(), thrown.toString());
      LOG.debug("It failed here", thrown);
    }
  }

  void error(Context request, Failure failure, int status) {
    if (status == 401) {
      request.header("WWW-Authenticate", "Bearer");
    }
    request.status(status);
    json(request, failure.toJson(secrets::mask));
  }

  String masked(String text) {
    return secrets.mask(text);
  }

  /** By the code, so that a client need not know all codes. */
  static int status(ErrorCode code) {
    return switch (code) {
      case TOKEN_NEEDED -> 401;
      case HOST_REFUSED -> 403;
      case STOPPING, CATALOG_UNREACHABLE, CANCELLED -> 503;
      case ACCESS_DENIED, STORAGE_FAILED, FILE_LOST, OUT_OF_MEMORY, INTERNAL -> 500;
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
