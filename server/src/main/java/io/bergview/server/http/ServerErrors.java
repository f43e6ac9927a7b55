package io.bergview.server.http;

import static java.util.Objects.requireNonNull;

import io.bergview.errors.ErrorCode;
import io.bergview.errors.Failure;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Errors of the HTTP library itself, such as malformed requests, in the format of our errors. */
final class ServerErrors implements Request.Handler {
  private static final Logger LOG = LoggerFactory.getLogger(ServerErrors.class);
  private static final int LONGEST_REASON = 100;

  private final Responses replies;

  ServerErrors(Responses replies) {
    this.replies = requireNonNull(replies, "replies is null");
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    Throwable cause = (Throwable) request.getAttribute(ErrorHandler.ERROR_EXCEPTION);
    int status = cause instanceof HttpException known ? known.getCode() : response.getStatus();
    CoreResponses.addCommonHeaders(response);
    if (status == 405) {
      response.getHeaders().remove(HttpHeader.CONTENT_LENGTH);
    }
    CoreResponses.send(
        response, callback, status, Responses.JSON, replies.body(failure(request, status, cause)));
    return true;
  }

  private static Failure failure(Request request, int status, Throwable cause) {
    String message =
        switch (status) {
          case 400 -> "The request is no valid HTTP" + reason(cause);
          case 404 -> "There is nothing at this path; docs/serving.md has the paths";
          case 408 -> "The request did not arrive in time";
          case 414 -> "The URL of the request is too long; send a long query by POST";
          case 417 -> "Only 'Expect: 100-continue' can be met";
          case 431 -> "The headers of the request are too large; send a long query by POST";
          case 501 -> "The request is encoded in a way that is not supported" + reason(cause);
          case 505 -> "The request has a version of HTTP that is not supported; use HTTP/1.1";
          default -> "";
        };
    if (message.isEmpty() && status >= 500 && cause != null) {
      LOG.warn("{} {} failed: {}", request.getMethod(), request.getHttpURI(), cause.toString());
      LOG.debug("It failed here", cause);
      return Failure.of(cause);
    }
    return Failure.of(
        status == 404 ? ErrorCode.PATH_NOT_FOUND : ErrorCode.USAGE,
        message.isEmpty() ? "The request cannot be answered" + reason(cause) : message);
  }

  private static String reason(Throwable cause) {
    if (!(cause instanceof HttpException known) || known.getReason() == null) {
      return "";
    }
    String shown = known.getReason().replaceAll("[^ -~]", "?");
    return ": "
        + (shown.length() > LONGEST_REASON ? shown.substring(0, LONGEST_REASON) + "..." : shown);
  }
}
