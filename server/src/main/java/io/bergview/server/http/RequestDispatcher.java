package io.bergview.server.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.bergview.errors.BergviewException;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.Failure;
import io.bergview.errors.UsageException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.MimeTypes;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * The first handler of every request, on a thread of its connection, which must not block:
 * unauthorized requests are refused before any of the body is read, the probes are answered, and
 * everything else is passed to a worker once its body has arrived. So neither slow clients nor slow
 * catalogs delay the probes.
 */
final class RequestDispatcher extends Handler.Wrapper {
  /** The attribute of a request that has its body, as bytes. */
  static final String BODY = RequestDispatcher.class.getName() + ".body";

  private static final Set<String> WITHOUT_BODY = Set.of("GET", "HEAD");
  private static final HttpField PROBE_METHODS = new HttpField(HttpHeader.ALLOW, "GET, HEAD");
  private static final HttpField RETRY = new HttpField(HttpHeader.RETRY_AFTER, "1");
  private static final HttpField[] NO_HEADERS = {};

  private final Access access;
  private final Probes probes;
  private final Workers workers;
  private final CoreResponses replies;

  RequestDispatcher(Access access, Probes probes, Workers workers, CoreResponses replies) {
    this.access = access;
    this.probes = probes;
    this.workers = workers;
    this.replies = replies;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    CoreResponses.addCommonHeaders(response);
    try {
      Optional<Probes.Probe> probe = probes.at(Request.getPathInContext(request));
      access.check(
          probe.isPresent(),
          request.getHeaders().get(HttpHeader.HOST),
          request.getHeaders().get(HttpHeader.AUTHORIZATION));
      if (WITHOUT_BODY.contains(request.getMethod())) {
        refuseBody(request);
      } else if (probe.isPresent()) {
        Failure nothing =
            Failure.of(Access.nothingAt(request.getMethod(), Request.getPathInContext(request)));
        replies.error(request, response, callback, nothing, 405, PROBE_METHODS);
        return true;
      }
      if (probe.isPresent()) {
        probe.get().answer(request, response, callback);
      } else {
        take(request, response, callback);
      }
    } catch (BergviewException e) {
      refuse(request, response, callback, e);
    }
    return true;
  }

  private void refuse(
      Request request, Response response, Callback callback, BergviewException refused) {
    HttpField[] more =
        refused.code() == ErrorCode.OVERLOADED ? new HttpField[] {RETRY} : NO_HEADERS;
    replies.error(request, response, callback, Failure.of(refused), more);
  }

  private static void refuseBody(Request request) {
    if (CoreResponses.hasBody(request)) {
      throw new UsageException(
          ErrorCode.USAGE,
          "A %s takes its parameters in the URL and no body; send a long query by POST"
              .formatted(request.getMethod()));
    }
  }

  private void take(Request request, Response response, Callback callback) {
    if (request.getMethod().equals("POST")) {
      Optional<String> wrong = wrongType(request.getHeaders().get(HttpHeader.CONTENT_TYPE));
      if (wrong.isPresent()) {
        Failure failure = Failure.of(ErrorCode.USAGE, wrong.get());
        replies.error(request, response, callback, failure, 415);
        return;
      }
    }
    if (!CoreResponses.hasBody(request)) {
      work(request, response, callback);
      return;
    }
    BufferedBody.read(
        request,
        new BufferedBody.Listener() {
          @Override
          public void read(byte[] body) {
            request.setAttribute(BODY, body);
            work(request, response, callback);
          }

          @Override
          public void refused(int status, Failure failure) {
            replies.error(request, response, callback, failure, status);
          }

          @Override
          public void late(Failure failure) {
            replies.errorAndClose(response, callback, failure, 408);
          }
        });
  }

  /** What is wrong with the type of a body, which is JSON in UTF-8. */
  private static Optional<String> wrongType(@Nullable String contentType) {
    if (contentType == null
        || !contentType
            .split(";", 2)[0]
            .strip()
            .toLowerCase(Locale.ROOT)
            .equals("application/json")) {
      return Optional.of("A POST needs the header 'Content-Type: application/json'");
    }
    String charset = MimeTypes.getCharsetFromContentType(contentType);
    boolean named = contentType.toLowerCase(Locale.ROOT).contains("charset");
    return !named || "utf-8".equalsIgnoreCase(charset)
        ? Optional.empty()
        : Optional.of("JSON is UTF-8: send 'Content-Type: application/json', without a charset");
  }

  private void work(Request request, Response response, Callback callback) {
    try {
      workers.submit(() -> answer(request, response, callback));
    } catch (BergviewException e) {
      refuse(request, response, callback, e);
    }
  }

  private void answer(Request request, Response response, Callback callback) {
    try {
      if (!super.handle(request, BreakableResponse.of(request, response), callback)) {
        Response.writeError(request, response, callback, 404);
      }
    } catch (Exception | Error e) {
      Response.writeError(request, response, callback, e);
    }
  }

  /** The body of a request, which has been read; empty if there is none. */
  static byte[] body(@Nullable Object attribute) {
    return attribute instanceof byte[] bytes ? bytes : "".getBytes(UTF_8);
  }
}
