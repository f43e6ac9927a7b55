package io.bergview.server.http;

import io.bergview.api.Bergview;
import io.bergview.api.Find;
import io.bergview.api.FindTexts;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.Suggestions;
import io.bergview.errors.UsageException;
import io.bergview.query.QueryResult;
import io.bergview.query.ResultFormat;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code find}, whose rows are sent as they are read. */
final class FindHandler {
  private static final String FORMAT = "format";
  private static final String ORIGIN = "origin";
  private static final String EXPLAIN = "explain";
  private static final Map<String, ResultFormat> FORMATS =
      Map.of(
          "json", ResultFormat.JSON,
          "ndjson", ResultFormat.NDJSON,
          "csv", ResultFormat.CSV,
          "arrow", ResultFormat.ARROW);

  /** The parameters of a query: its texts, and the format of the result. */
  static final Set<String> PARAMETERS = names();

  /** Those that may be JSON in a body, since JSON is a part of the language they are in. */
  private static final Set<String> DOCUMENTS = Set.of("filter", "compute");

  private static final Set<String> FLAGS = Set.of("no-route", "stale-ok", ORIGIN, EXPLAIN);

  private final Bergview bergview;
  private final Responses replies;

  FindHandler(Bergview bergview, Responses replies) {
    this.bergview = bergview;
    this.replies = replies;
  }

  private static Set<String> names() {
    Set<String> names = new LinkedHashSet<>(FindTexts.names());
    names.addAll(List.of(FORMAT, ORIGIN, EXPLAIN));
    return Collections.unmodifiableSet(names);
  }

  void get(Context request) throws IOException {
    find(request, QueryParameters.read(request.path(), request.queryString(), PARAMETERS));
  }

  /** The parameters as keys of a JSON object, for those that do not fit into a URL. */
  void post(Context request) throws IOException {
    Map<String, String> parameters = new HashMap<>();
    JsonBody.read(Routes.body(request), PARAMETERS)
        .values()
        .forEach((name, value) -> parameters.put(name, text(name, value)));
    find(request, parameters);
  }

  private static String text(String name, JsonBody.Value value) {
    boolean fits =
        switch (value.token()) {
          case VALUE_STRING -> true;
          case VALUE_TRUE, VALUE_FALSE -> FLAGS.contains(name);
          case VALUE_NUMBER_INT -> name.equals("limit") || name.equals("skip");
          case START_OBJECT -> DOCUMENTS.contains(name);
          default -> false;
        };
    if (!fits) {
      throw JsonBody.wrong("'%s' cannot be %s".formatted(name, shown(value)));
    }
    return value.text();
  }

  private static String shown(JsonBody.Value value) {
    return switch (value.token()) {
      case START_OBJECT -> "an object";
      case START_ARRAY -> "an array";
      default -> value.text();
    };
  }

  private void find(Context request, Map<String, String> parameters) throws IOException {
    Find query = FindTexts.ask(bergview.find(request.pathParam("name")), parameters);
    ResultFormat form = form(parameters);
    if (yes(parameters, EXPLAIN)) {
      replies.json(request, query.explain().toJson());
      return;
    }
    try (QueryResult answer = query.answer()) {
      Responses.rows(request, contentType(form), out -> form.write(answer, out));
    }
  }

  static ResultFormat form(Map<String, String> parameters) {
    String name = parameters.getOrDefault(FORMAT, "json");
    ResultFormat form = FORMATS.get(name);
    if (form == null) {
      throw new UsageException(
          ErrorCode.USAGE,
          "There is no format '%s'%s; there are json, ndjson, csv, arrow"
              .formatted(name, Suggestions.didYouMean(name, FORMATS.keySet())));
    }
    if (!yes(parameters, ORIGIN)) {
      return form;
    }
    if (form != ResultFormat.JSON) {
      throw new UsageException(ErrorCode.USAGE, "origin is for the format json");
    }
    return ResultFormat.JSON_WITH_ORIGIN;
  }

  private static boolean yes(Map<String, String> parameters, String name) {
    String value = parameters.getOrDefault(name, "false");
    return switch (value) {
      case "true", "" -> true;
      case "false" -> false;
      default ->
          throw new UsageException(
              ErrorCode.USAGE, "%s: '%s' is neither true nor false".formatted(name, value));
    };
  }

  static String contentType(ResultFormat form) {
    return switch (form) {
      case JSON, JSON_WITH_ORIGIN -> "application/json";
      case NDJSON -> "application/x-ndjson";
      case CSV -> "text/csv; charset=utf-8";
      case ARROW -> "application/vnd.apache.arrow.stream";
    };
  }
}
