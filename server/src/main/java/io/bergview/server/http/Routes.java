package io.bergview.server.http;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bergview.api.Bergview;
import io.bergview.catalog.view.ViewListing.Unreadable;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.Failure;
import io.bergview.errors.UsageException;
import io.bergview.staleness.ViewStates;
import io.bergview.staleness.graph.Direction;
import io.bergview.staleness.graph.LineageGraph;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HttpResponseException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The routes of the HTTP API. */
final class Routes {
  private static final String API = "/api/v1";
  private static final String VIEW = API + "/views/{name}";
  private static final String METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";
  private static final int HISTORY = 20;

  private final Service service;
  private final Bergview bergview;
  private final Responses replies;

  Routes(Service service, Responses replies) {
    this.service = service;
    this.bergview = service.bergview();
    this.replies = replies;
  }

  void addTo(RoutesConfig routes) {
    get(routes, "/", Set.of(), new StatusPage(service, replies::displayText)::write);
    get(
        routes,
        "/metrics",
        Set.of(),
        request -> request.contentType(METRICS_TYPE).result(service.metrics().get()));
    get(routes, API + "/openapi.json", Set.of(), Routes::description);
    get(routes, API + "/status", Set.of(), request -> replies.json(request, status()));
    get(routes, API + "/views", Set.of(), this::listViews);
    get(
        routes,
        VIEW,
        Set.of(),
        request -> replies.json(request, bergview.getViewState(name(request)).toJson()));
    get(
        routes,
        VIEW + "/explain",
        Set.of(),
        request -> replies.json(request, bergview.explainView(name(request)).toJson()));
    get(routes, VIEW + "/history", Set.of("limit"), this::history);
    get(routes, API + "/lineage", Set.of(), request -> lineage(request, bergview.lineage()));
    get(
        routes,
        API + "/lineage/{name}",
        Set.of("direction"),
        request -> lineage(request, bergview.lineage(name(request), direction(request))));
    FindHandler find = new FindHandler(bergview, replies);
    get(routes, API + "/find/{name}", FindHandler.PARAMETERS, find::get);
    post(routes, API + "/find/{name}", find::post);
    post(routes, API + "/sql", new SqlHandler(bergview, replies)::post);
    RefreshHandler refresh =
        new RefreshHandler(bergview, service.upkeep(), service.clock(), replies);
    post(routes, VIEW + "/refresh", refresh::refresh);
    post(routes, VIEW + "/pause", request -> pause(request, true));
    post(routes, VIEW + "/resume", request -> pause(request, false));
    routes.exception(HttpResponseException.class, this::refused);
  }

  /** A HEAD is answered as the GET, without the body. */
  private void get(RoutesConfig routes, String path, Set<String> parameters, Handler handler) {
    Handler checked =
        request -> {
          QueryParameters.read(request.path(), request.queryString(), parameters);
          handler.handle(request);
        };
    routes.get(path, replies.guarded(checked));
    routes.head(path, replies.guarded(checked));
  }

  private void post(RoutesConfig routes, String path, Handler handler) {
    routes.post(
        path,
        replies.guarded(
            request -> {
              refuseQuery(request);
              handler.handle(request);
            }));
  }

  private static void refuseQuery(Context request) {
    String query = request.queryString();
    if (query != null && !query.isEmpty()) {
      throw new UsageException(
          ErrorCode.USAGE,
          "A POST takes no parameters in its URL, but there is '%s'; write them into the body, as JSON"
              .formatted(query));
    }
  }

  /** Errors for an unknown path or method, and other errors of the library. */
  private void refused(HttpResponseException thrown, Context request) {
    int status = thrown.getStatus();
    if (status == 405) {
      request.header("Allow", methods(thrown));
    }
    Failure failure =
        status == 404 || status == 405
            ? Failure.of(Access.nothingAt(request.method().name(), request.path()))
            : Failure.of(ErrorCode.USAGE, String.valueOf(thrown.getMessage()));
    replies.error(request, failure, status);
  }

  /** The details have nothing but the methods. */
  private static String methods(HttpResponseException thrown) {
    return thrown.getDetails().values().stream()
        .flatMap(methods -> Arrays.stream(methods.split(",")))
        .map(String::strip)
        .sorted()
        .collect(joining(", "));
  }

  private static void description(Context request) throws IOException {
    try (InputStream description =
        requireNonNull(Routes.class.getResourceAsStream("openapi.json"), "it is in the jar")) {
      request.contentType("application/json").result(description.readAllBytes());
    }
  }

  private ObjectNode status() {
    return StatusJson.of(service.upkeep().status(), replies::displayText);
  }

  private void listViews(Context request) {
    ViewStates states = bergview.listViews();
    warn(request, states.unreadable());
    replies.json(request, states.toJson());
  }

  private void lineage(Context request, LineageGraph graph) {
    warn(request, graph.unreadable());
    replies.json(request, graph.toJson());
  }

  /** Failures to read are reported in headers, as commands report them on standard error. */
  private void warn(Context request, List<Unreadable> unreadable) {
    for (Unreadable broken : unreadable) {
      String line = "%s %s".formatted(broken.error().code(), broken.name());
      request.res().addHeader("Bergview-Warning", line.replaceAll("[^ -~]", "?"));
    }
  }

  private void history(Context request) {
    String limit = request.queryParam("limit");
    ArrayNode json = JsonNodeFactory.instance.arrayNode();
    bergview
        .history(name(request), limit == null ? HISTORY : positive(limit))
        .forEach(entry -> json.add(entry.toJson()));
    replies.json(request, json);
  }

  private static int positive(String limit) {
    try {
      int number = Integer.parseInt(limit);
      if (number >= 1) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw new UsageException(
          ErrorCode.USAGE, "limit: '%s' is not a whole number".formatted(limit), e);
    }
    throw new UsageException(ErrorCode.USAGE, "limit must be at least 1, not " + limit);
  }

  private static Direction direction(Context request) {
    Map<String, Direction> words =
        Map.of("up", Direction.UP, "down", Direction.DOWN, "both", Direction.BOTH);
    String word = request.queryParam("direction");
    Direction direction = word == null ? Direction.BOTH : words.get(word);
    if (direction == null) {
      throw new UsageException(
          ErrorCode.USAGE, "direction must be up, down or both, not '%s'".formatted(word));
    }
    return direction;
  }

  private void pause(Context request, boolean pause) {
    JsonBody.read(body(request), Set.of());
    String view = name(request);
    if (pause) {
      service.upkeep().pause(view);
    } else {
      service.upkeep().resume(view);
    }
    JsonNode told = JsonNodeFactory.instance.objectNode().put("view", view).put("paused", pause);
    replies.json(request, told);
  }

  /** Of a request that has arrived whole. */
  static byte[] body(Context request) {
    return RequestDispatcher.body(request.attribute(RequestDispatcher.BODY));
  }

  private static String name(Context request) {
    return request.pathParam("name");
  }
}
