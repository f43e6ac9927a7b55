package io.bergview.server.http;

import static java.util.Objects.requireNonNull;

import io.bergview.errors.Failure;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Responses to requests that reach no route. Nothing here blocks. */
final class CoreResponses {
  private final Responses replies;

  CoreResponses(Responses replies) {
    this.replies = requireNonNull(replies, "replies is null");
  }

  /** Headers of every response: no type sniffing, and no caching. */
  static void addCommonHeaders(Response response) {
    response.getHeaders().put("X-Content-Type-Options", "nosniff");
    response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
  }

  static void send(Response response, Callback callback, int status, String type, byte[] body) {
    response.setStatus(status);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, type);
    response.write(true, ByteBuffer.wrap(body), callback);
  }

  void error(
      Request request, Response response, Callback callback, Failure failure, HttpField... more) {
    error(request, response, callback, failure, Responses.status(failure.code()), more);
  }

  /**
   * Refuses a request without waiting for its body, if it has one that was not read: bytes already
   * sent are read and discarded after the response, since a connection closed with unread bytes
   * loses its last response; then the connection is closed.
   */
  void error(
      Request request,
      Response response,
      Callback callback,
      Failure failure,
      int status,
      HttpField... more) {
    HttpFields.Mutable headers = response.getHeaders();
    for (HttpField field : more) {
      headers.put(field);
    }
    if (status == 401) {
      headers.put(HttpHeader.WWW_AUTHENTICATE, "Bearer");
    }
    Callback sent = callback;
    if (hasBody(request)) {
      headers.put(HttpHeader.CONNECTION, "close");
      sent = Callback.from(() -> discardBody(request, callback), callback::failed);
    }
    send(response, sent, status, Responses.JSON, replies.body(failure));
  }

  /** Refuses a request, and closes its connection as soon as that is sent. */
  void errorAndClose(Response response, Callback callback, Failure failure, int status) {
    response.getHeaders().put(HttpHeader.CONNECTION, "close");
    send(response, callback, status, Responses.JSON, replies.body(failure));
  }

  static boolean hasBody(Request request) {
    HttpFields headers = request.getHeaders();
    return headers.contains(HttpHeader.TRANSFER_ENCODING)
        || headers.getLongField(HttpHeader.CONTENT_LENGTH) > 0;
  }

  /** A client that expects 100-continue has not sent its body. */
  private static void discardBody(Request request, Callback callback) {
    if (request.getHeaders().contains(HttpHeader.EXPECT)) {
      callback.succeeded();
    } else {
      new DiscardedBody(request, callback).begin();
    }
  }
}
