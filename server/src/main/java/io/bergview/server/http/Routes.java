package io.bergview.server.http;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bergview.api.Bergview;
import io.bergview.catalog.view.ViewListing.Unreadable;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.Failure;
import io.bergview.errors.Suggestions;
import io.bergview.errors.UsageException;
import io.bergview.staleness.ViewStates;
import io.bergview.staleness.graph.Direction;
import io.bergview.staleness.graph.LineageGraph;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HandlerType;
import io.javalin.http.HttpResponseException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is at which path. */
final class Routes {
  private static final String API = "/api/v1";
  private static final String VIEW = API + "/views/{name}";
  private static final Set<String> OPEN = Set.of("/health", "/ready");
  private static final String METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";
  private static final int HISTORY = 20;

  private final Service service;
  private final Bergview bergview;
  private final Access access;
  private final Replies replies;
  private final Readiness readiness;

  Routes(Service service, Access access) {
    this.service = service;
    this.bergview = service.bergview();
    this.access = access;
    this.replies = new Replies(bergview.project().secrets());
    this.readiness = new Readiness(bergview, service.upkeep(), service.clock());
  }

  void addTo(RoutesConfig routes) {
    routes.before(this::admit);
    routes.get("/", request -> new StatusPage(service, replies::masked).write(request));
    routes.get("/health", plain(Set.of(), request -> request.result("alive\n")));
    routes.get("/ready", this::ready);
    routes.get(
        "/metrics", request -> request.contentType(METRICS_TYPE).result(service.metrics().get()));
    routes.get(API + "/openapi.json", Routes::description);
    routes.get(API + "/status", plain(Set.of(), request -> Replies.json(request, status())));
    routes.get(API + "/views", plain(Set.of(), this::listViews));
    routes.get(
        VIEW,
        plain(
            Set.of(),
            request -> Replies.json(request, bergview.getViewState(name(request)).toJson())));
    routes.get(
        VIEW + "/explain",
        plain(
            Set.of(),
            request -> Replies.json(request, bergview.explainView(name(request)).toJson())));
    routes.get(VIEW + "/history", plain(Set.of("limit"), this::history));
    routes.get(API + "/lineage", plain(Set.of(), request -> lineage(request, bergview.lineage())));
    routes.get(
        API + "/lineage/{name}",
        plain(
            Set.of("direction"),
            request -> lineage(request, bergview.lineage(name(request), direction(request)))));
    routes.get(API + "/find/{name}", new FindHandler(bergview)::find);
    RefreshHandler refresh =
        new RefreshHandler(bergview, service.upkeep(), service.clock(), replies);
    routes.post(VIEW + "/refresh", refresh::refresh);
    routes.post(VIEW + "/pause", request -> pause(request, true));
    routes.post(VIEW + "/resume", request -> pause(request, false));
    routes.exception(HttpResponseException.class, this::refused);
    routes.exception(Exception.class, (thrown, request) -> failed(request, thrown));
    routes.error(404, this::nothing);
    routes.error(405, this::nothing);
  }

  /** A body is read whatever comes of it: on a connection with one half read answers get lost. */
  private void admit(Context request) {
    boolean post = request.method().equals(HandlerType.POST);
    if (post) {
      request.bodyAsBytes();
    }
    request.header("X-Content-Type-Options", "nosniff").header("Cache-Control", "no-store");
    access.check(
        OPEN.contains(request.path()), request.header("Host"), request.header("Authorization"));
    if (post && !isJson(request.contentType())) {
      Failure wrong =
          new Failure(
              ErrorCode.USAGE,
              "A POST needs the header 'Content-Type: application/json'",
              List.of());
      replies.error(request, wrong, 415);
      request.skipRemainingHandlers();
    }
  }

  private static boolean isJson(@Nullable String contentType) {
    return contentType != null
        && contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT).equals("application/json");
  }

  private void failed(Context request, Exception thrown) {
    if (request.res().isCommitted()) {
      throw new IllegalStateException("The answer broke off", thrown);
    }
    replies.error(request, thrown);
  }

  /** What the HTTP library does not take, such as a body that is too large; or does not know. */
  private void refused(HttpResponseException thrown, Context request) {
    request.status(thrown.getStatus());
    if (thrown.getStatus() != 404 && thrown.getStatus() != 405) {
      String message = String.valueOf(thrown.getMessage());
      replies.error(request, new Failure(ErrorCode.USAGE, message, List.of()), thrown.getStatus());
    }
  }

  /** Those who know no path better get what those who know one wrong get. */
  private void nothing(Context request) {
    String type = request.res().getContentType();
    if (type == null || !type.startsWith("application/json")) {
      Failure nothing = Failure.of(Access.nothingAt(request.method().name(), request.path()));
      replies.error(request, nothing, request.statusCode());
    }
  }

  /** A handler of requests with no other parameters than these. */
  private static Handler plain(Set<String> parameters, Handler handler) {
    return request -> {
      for (String given : request.queryParamMap().keySet()) {
        if (!parameters.contains(given)) {
          throw new UsageException(
              ErrorCode.USAGE,
              "%s has no parameter '%s'%s"
                  .formatted(request.path(), given, Suggestions.didYouMean(given, parameters)));
        }
      }
      handler.handle(request);
    };
  }

  private static void description(Context request) throws IOException {
    try (InputStream description =
        requireNonNull(Routes.class.getResourceAsStream("openapi.json"), "it is in the jar")) {
      request.contentType("application/json").result(description.readAllBytes());
    }
  }

  private void ready(Context request) {
    Readiness.State state = readiness.state();
    request.status(state.ready() ? 200 : 503);
    Replies.json(request, state.toJson());
  }

  private ObjectNode status() {
    return StatusJson.of(service.upkeep().status(), replies::masked);
  }

  private void listViews(Context request) {
    ViewStates states = bergview.listViews();
    warn(request, states.unreadable());
    Replies.json(request, states.toJson());
  }

  private void lineage(Context request, LineageGraph graph) {
    warn(request, graph.unreadable());
    Replies.json(request, graph.toJson());
  }

  /** What cannot be read is said beside the answer, as commands say it on standard error. */
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
    Replies.json(request, json);
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
    String view = name(request);
    if (pause) {
      service.upkeep().pause(view);
    } else {
      service.upkeep().resume(view);
    }
    JsonNode told = JsonNodeFactory.instance.objectNode().put("view", view).put("paused", pause);
    Replies.json(request, told);
  }

  private static String name(Context request) {
    return request.pathParam("name");
  }
}
