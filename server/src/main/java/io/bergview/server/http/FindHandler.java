package io.bergview.server.http;

import io.bergview.api.Bergview;
import io.bergview.api.Find;
import io.bergview.api.FindTexts;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.Suggestions;
import io.bergview.errors.UsageException;
import io.bergview.query.Answer;
import io.bergview.query.AnswerForm;
import io.javalin.http.Context;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** {@code find}, whose rows are sent as they are read. */
final class FindHandler {
  private static final String FORMAT = "format";
  private static final String ORIGIN = "origin";
  private static final String EXPLAIN = "explain";
  private static final Map<String, AnswerForm> FORMATS =
      Map.of(
          "json", AnswerForm.JSON,
          "ndjson", AnswerForm.NDJSON,
          "csv", AnswerForm.CSV,
          "arrow", AnswerForm.ARROW);

  private final Bergview bergview;

  FindHandler(Bergview bergview) {
    this.bergview = bergview;
  }

  void find(Context request) throws IOException {
    Map<String, String> parameters = parameters(request);
    Find question = FindTexts.ask(bergview.find(request.pathParam("name")), parameters);
    if (yes(parameters, EXPLAIN)) {
      Replies.json(request, question.explain().toJson());
      return;
    }
    AnswerForm form = form(parameters);
    try (Answer answer = question.answer()) {
      request.contentType(contentType(form));
      send(answer, form, request.res());
    }
  }

  /** Whatever fails before the first part was sent becomes an error; after that it breaks off. */
  private static void send(Answer answer, AnswerForm form, HttpServletResponse response)
      throws IOException {
    try {
      OutputStream out = response.getOutputStream();
      form.write(answer, out);
      out.flush();
    } catch (IOException | RuntimeException e) {
      if (!response.isCommitted()) {
        response.resetBuffer();
      }
      throw e;
    }
  }

  private static Map<String, String> parameters(Context request) {
    List<String> known = new ArrayList<>(FindTexts.names());
    known.addAll(List.of(FORMAT, ORIGIN, EXPLAIN));
    Map<String, String> parameters = new HashMap<>();
    request
        .queryParamMap()
        .forEach(
            (name, values) -> {
              if (!known.contains(name)) {
                throw new UsageException(
                    ErrorCode.USAGE,
                    "find has no parameter '%s'%s"
                        .formatted(name, Suggestions.didYouMean(name, known)));
              }
              if (values.size() > 1) {
                throw new UsageException(
                    ErrorCode.USAGE, "The parameter '%s' is there twice".formatted(name));
              }
              parameters.put(name, values.get(0));
            });
    return parameters;
  }

  private static AnswerForm form(Map<String, String> parameters) {
    String name = parameters.getOrDefault(FORMAT, "json");
    AnswerForm form = FORMATS.get(name);
    if (form == null) {
      throw new UsageException(
          ErrorCode.USAGE,
          "There is no format '%s'%s; there are json, ndjson, csv, arrow"
              .formatted(name, Suggestions.didYouMean(name, FORMATS.keySet())));
    }
    if (!yes(parameters, ORIGIN)) {
      return form;
    }
    if (form != AnswerForm.JSON) {
      throw new UsageException(ErrorCode.USAGE, "origin is for the format json");
    }
    return AnswerForm.JSON_WITH_ORIGIN;
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

  private static String contentType(AnswerForm form) {
    return switch (form) {
      case JSON, JSON_WITH_ORIGIN -> "application/json";
      case NDJSON -> "application/x-ndjson";
      case CSV -> "text/csv; charset=utf-8";
      case ARROW -> "application/vnd.apache.arrow.stream";
    };
  }
}
