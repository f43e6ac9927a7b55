package io.bergview.server.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** The probes of supervisors: whether the process lives, and whether it does its work. */
final class Probes {
  private final Map<String, Probe> byPath;

  Probes(Readiness readiness) {
    byPath =
        Map.of(
            "/health",
            (request, response, callback) ->
                CoreResponses.send(
                    response,
                    callback,
                    200,
                    "text/plain; charset=utf-8",
                    "alive\n".getBytes(UTF_8)),
            "/ready",
            (request, response, callback) -> ready(readiness, response, callback));
  }

  private static void ready(Readiness readiness, Response response, Callback callback) {
    CompletableFuture<Readiness.State> unused =
        readiness
            .state()
            .whenComplete(
                (state, failure) -> {
                  if (state == null) {
                    callback.failed(failure);
                  } else {
                    int status = state.ready() ? 200 : 503;
                    CoreResponses.send(
                        response, callback, status, Responses.JSON, Responses.body(state.toJson()));
                  }
                });
  }

  /** Answers without blocking. */
  @FunctionalInterface
  interface Probe {
    void answer(Request request, Response response, Callback callback);
  }

  /** What answers at a path. */
  Optional<Probe> at(String path) {
    String plain = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    return Optional.ofNullable(byPath.get(plain))
        .map(
            probe ->
                (request, response, callback) -> {
                  QueryParameters.read(plain, request.getHttpURI().getQuery(), Set.of());
                  probe.answer(request, response, callback);
                });
  }
}
