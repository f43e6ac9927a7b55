package io.bergview.cli.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.bergview.cli.fuzz.HttpSurface.Mutation;
import io.bergview.cli.fuzz.ValidQueries.Query;
import io.bergview.projection.text.DocumentReader;
import java.util.List;
import java.util.stream.Collectors;

/** Draws requests: good ones, of which one thing is not. */
final class RawRequests {
  private static final String API = "/api/v1";
  private static final List<String> PATHS =
      List.of(
          "/",
          "/health",
          "/ready",
          "/metrics",
          API + "/openapi.json",
          API + "/status",
          API + "/views",
          API + "/views/DailyRevenue",
          API + "/views/Cities/explain",
          API + "/views/DailyRevenue/history?limit=2",
          API + "/lineage",
          API + "/lineage/DailyRevenue?direction=up");
  private static final List<String> POSTS =
      List.of("/views/DailyRevenue/refresh", "/views/Cities/pause", "/views/Cities/resume");
  private static final String GOOD_BODY = "{\"full\": false, \"wait\": \"1ms\"}";

  private final List<Query> queries;
  private final String token;
  private final Chance chance;
  private final RawRequest request = new RawRequest();

  RawRequests(List<Query> queries, String token, Chance chance) {
    this.queries = queries;
    this.token = token;
    this.chance = chance;
  }

  RawRequest draw(Mutation mutation) {
    good(
        switch (mutation) {
          case OTHER_CONTENT_TYPE, ODD_LENGTH, BODY_TREE, BODY_TEXT -> true;
          case CUT_SHORT, ODD_HEADER, NOTHING, UNKNOWN_PARAMETER -> chance.in100(40);
          default -> false;
        });
    headers();
    change(mutation);
    return request;
  }

  private void good(boolean post) {
    if (post) {
      request.method = "POST";
      request.target = API + chance.oneOf(POSTS);
      request.body = request.target.endsWith("refresh") ? GOOD_BODY.getBytes(UTF_8) : new byte[0];
    } else if (chance.in100(50)) {
      request.target = find(chance.oneOf(queries));
    } else {
      request.target = chance.oneOf(PATHS);
    }
  }

  private void headers() {
    request.headers.add("Host: 127.0.0.1");
    request.headers.add("Connection: close");
    request.headers.add("Authorization: Bearer " + token);
    if (request.method.equals("POST")) {
      request.headers.add("Content-Type: application/json");
    }
  }

  private String find(Query query) {
    String parameters =
        query.texts().entrySet().stream()
            .map(text -> text.getKey() + "=" + HttpSurface.encoded(text.getValue()))
            .collect(Collectors.joining("&"));
    return "%s/find/%s?%s&format=%s"
        .formatted(
            API, HttpSurface.encoded(query.name()), parameters, chance.oneOf(ValidQueries.FORMATS));
  }

  private void change(Mutation mutation) {
    switch (mutation) {
      case NOTHING -> {}
      case QUESTION -> request.target = find(QueryMutation.draw(queries, chance).query());
      case OTHER_METHOD ->
          request.method =
              chance.oneOf("HEAD", "PUT", "DELETE", "OPTIONS", "TRACE", "get", "X", "CONNECT", "");
      case OTHER_PATH -> request.target = API + chance.oneOf("", "/", "/view", "/views/", "/find/");
      case ODD_PATH ->
          request.target =
              API
                  + chance.oneOf("/views/", "/find/", "/lineage/", "/")
                  + (chance.in100(70)
                      ? HttpSurface.encoded(OddValues.name(chance))
                      : chance.oneOf(
                          "%", "%zz", "%2f", "..", "%2e%2e/x", "a;b", "a//b", "\\", "%00"));
      case UNKNOWN_PARAMETER ->
          parameter(chance.oneOf("x=1", "ful=true", "=", "&", "limt=3", "%=1"));
      case PARAMETER_TWICE -> parameter("limit=1&limit=" + chance.oneOf("1", "2", ""));
      case ODD_QUERY -> parameter("limit=" + HttpSurface.encoded(OddValues.text(chance)));
      case WITHOUT_TOKEN -> {
        request.headers.removeIf(header -> header.startsWith("Authorization"));
        request.token = false;
      }
      case WRONG_TOKEN -> {
        request.headers.removeIf(header -> header.startsWith("Authorization"));
        request.headers.add(
            "Authorization: "
                + chance.oneOf(
                    "Bearer", "Bearer x", "Basic " + token, "Bearer " + token + "x", "\t"));
        request.token = false;
      }
      default -> changeMessage(mutation);
    }
  }

  private void changeMessage(Mutation mutation) {
    switch (mutation) {
      case ODD_HEADER ->
          request.headers.add(
              chance.oneOf(
                      "X: ", "", " ", "Host: ", "Expect: ", "Accept-Encoding: ", "Range: ", ":")
                  + (chance.in100(50) ? chance.oneOf(OddValues.CHARACTERS) : "100-continue"));
      case MANY_HEADERS -> {
        for (int i = chance.oneOf(50, 3_000); i > 0; i--) {
          request.headers.add("X-" + i + ": y");
        }
      }
      case LONG_LINE -> parameter("filter=" + "x".repeat(chance.oneOf(1_000, 9_000, 200_000)));
      case OTHER_VERSION ->
          request.version = chance.oneOf("HTTP/1.0", "HTTP/2.0", "HTTP/3", "HTTP/9.9", "X", "");
      case OTHER_CONTENT_TYPE -> {
        request.headers.removeIf(header -> header.startsWith("Content-Type"));
        request.headers.add(
            "Content-Type: "
                + chance.oneOf(
                    "text/plain",
                    "application/json; charset=none",
                    "application/json;charset=\"",
                    "application/json; charset=utf-16",
                    "",
                    ";",
                    "application/x-www-form-urlencoded",
                    "multipart/form-data",
                    "application/json; charset=\u0000"));
      }
      case ODD_LENGTH -> {
        request.lengthGiven = true;
        request.headers.add(
            chance.oneOf(
                "Content-Length: 0",
                "Content-Length: -1",
                "Content-Length: 9",
                "Content-Length: x",
                "Content-Length: 5\r\nContent-Length: 6",
                "Content-Length: 99999999999999999999",
                "Transfer-Encoding: chunked",
                "Transfer-Encoding: x",
                "Content-Length: 2000000"));
      }
      case CUT_SHORT -> {
        request.cut = true;
        request.cutAt = chance.below(10_000);
      }
      case BODY_TREE -> {
        Tree tree = Tree.of(DocumentReader.read("body.json", GOOD_BODY).get(0));
        chance.oneOf(TreeMutation.values()).change(tree, tree.copy(), chance);
        request.body = TextForm.JSON.write(tree).getBytes(UTF_8);
      }
      case BODY_TEXT -> request.body = chance.oneOf(TextMutation.values()).bytes(GOOD_BODY, chance);
      case ODD_BYTES -> request.target += chance.oneOf(OddValues.CHARACTERS);
      default -> throw new IllegalStateException("no case for " + mutation);
    }
  }

  private void parameter(String text) {
    request.target += (request.target.contains("?") ? "&" : "?") + text;
  }
}
