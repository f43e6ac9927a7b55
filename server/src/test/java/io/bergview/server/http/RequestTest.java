package io.bergview.server.http;

import static io.bergview.server.http.RawClient.ask;
import static io.bergview.server.http.RawClient.post;
import static io.bergview.server.http.RawClient.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.server.ServedShop;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that are wrong, byte for byte: each has an answer in our form that says what is. */
class RequestTest {
  private static final String REFRESH = "/api/v1/views/DailyRevenue/refresh";
  private static final String FIND = "/api/v1/find/DailyRevenue";

  @TempDir private static Path folder;
  private static ServedShop shop;

  @BeforeAll
  static void start() throws Exception {
    shop = new ServedShop(folder, "");
    assertThat(shop.refresh("DailyRevenue").status()).isEqualTo(200);
  }

  @AfterAll
  static void stop() {
    shop.close();
  }

  private static RawClient.Reply refused(int status, RawClient.Reply reply) {
    assertThat(reply.headers().get("content-type")).startsWith("application/json");
    assertThat(reply.headers()).containsEntry("cache-control", "no-store");
    assertThat(reply.status()).describedAs(reply.body()).isEqualTo(status);
    assertThat(reply.json().fieldNames()).toIterable().contains("code", "message", "problems");
    assertThat(reply.message())
        .doesNotContain("Exception", "REDACTED", "StreamRead", "jetty", "javalin", "Java");
    return reply;
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @ValueSource(strings = {"json", "ndjson", "csv", "arrow"})
  void aQueryThatFailsIsRefusedInEveryFormat(String format) throws Exception {
    String compute = "{s: {$sum: {$multiply: [order_id, 9223372036854775807]}}}";
    String path = "/api/v1/find/Order?group-by=&compute=" + encoded(compute) + "&format=" + format;
    RawClient.Reply reply = refused(422, ask(shop.url(), request("GET " + path, "")));
    assertThat(reply.code()).isEqualTo("OVERFLOW");
    RawClient.Reply withOrigin =
        ask(shop.url(), request("GET " + path.replace(format, "json") + "&origin=true", ""));
    assertThat(refused(422, withOrigin).code()).isEqualTo("OVERFLOW");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/health",
        "/ready",
        "/metrics",
        "/api/v1/openapi.json",
        "/api/v1/status",
        "/api/v1/views",
        "/api/v1/views/DailyRevenue",
        "/api/v1/views/DailyRevenue/explain",
        "/api/v1/views/DailyRevenue/history",
        "/api/v1/lineage",
        "/api/v1/lineage/DailyRevenue",
        "/api/v1/find/DailyRevenue"
      })
  void aParameterThatIsNotKnownIsRefusedOnEveryRoute(String path) throws Exception {
    for (String query : List.of("?limt=1", "?=1", "?limt", "?limit=1&limit=1&x=", "?a%zz=1")) {
      refused(400, ask(shop.url(), request("GET " + path + query, "")));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"refresh", "pause", "resume"})
  void aPostTakesItsParametersInTheBodyOnly(String what) throws Exception {
    String path = "/api/v1/views/DailyRevenue/" + what;
    RawClient.Reply reply = refused(400, ask(shop.url(), post(path + "?full=true", "{}")));
    assertThat(reply.message()).contains("full", "body");
    assertThat(shop.get("/api/v1/status").json().get("paused")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/v1/views/DailyRevenue/history?limit=1&limit=2",
        "/api/v1/lineage/DailyRevenue?direction=up&direction=up",
        FIND + "?limit=1&limit=1",
        FIND + "?limit=1&l%69mit=1"
      })
  void aDoubledParameterIsRefused(String path) throws Exception {
    assertThat(refused(400, ask(shop.url(), request("GET " + path, ""))).message())
        .contains("twice");
  }

  @ParameterizedTest
  @ValueSource(strings = {"%zz", "%f", "%ff", "%c3%28"})
  void aParameterThatIsNoTextIsRefused(String value) throws Exception {
    assertThat(
            refused(400, ask(shop.url(), request("GET " + FIND + "?select=" + value, "")))
                .message())
        .contains("select");
  }

  @ParameterizedTest
  @ValueSource(strings = {"%zz", "%ff", "a%2fb", "..%2f..", "%00", ";x", "a;b=c", "%2e%2e"})
  void aPathThatIsStrangeIsRefused(String name) throws Exception {
    RawClient.Reply reply = ask(shop.url(), request("GET /api/v1/views/" + name, ""));
    assertThat(refused(reply.status(), reply).status()).isIn(400, 404);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{\"full\": tr; 400",
        "{\"full\"; 400",
        "{\"full\": true; 400",
        "{\"wait\": \"30s; 400",
        "{; 400",
        "{\"full\": true} x; 400",
        "{\"full\": true}{}; 400",
        "{\"full\": true, \"full\": false}; 400",
        "{\"wait\": 30}; 400",
        "{\"wait\": null}; 400",
        "{\"full\": null}; 400",
        "{\"full\": {\"a\": 1}}; 400",
        "{'full': true}; 400",
        "{\"full\": 0x1}; 400",
        "\"full\"; 400",
        "null; 400",
        "nonsense; 400",
        "{\"fu\u0001ll\": true}; 400"
      })
  void aBodyThatIsWrongIsRefusedAndNothingIsRefreshed(String body, int status) throws Exception {
    RawClient.Reply reply = refused(status, ask(shop.url(), post(REFRESH, body)));
    assertThat(reply.code()).isEqualTo("USAGE");
    assertThat(reply.message()).startsWith("The body of the request");
  }

  @Test
  void aBodyOfNothingButBracketsIsRefused() throws Exception {
    for (String part : List.of("[", "{\"a\":", "{\"full\": [")) {
      String body = part.repeat(50_000);
      RawClient.Reply reply = refused(400, ask(shop.url(), post(REFRESH, body)));
      assertThat(reply.message()).hasSizeLessThan(500);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "application/json; charset=unknown|415",
        "application/json; charset=|415",
        "application/json; charset=utf-16|415",
        "application/json; charset=iso-8859-1|415",
        "application/json; charset=\"\u0001\"|400",
        "text/plain|415",
        "application/jsonx|415",
        "application/json; charset=utf-8|202",
        "application/json; charset=\"UTF-8\"|202",
        "Application/JSON;charset=UTF-8; x=y|202"
      })
  void aBodyIsJsonInUtf8(String type, int status) throws Exception {
    RawClient.Reply reply =
        ask(
            shop.url(),
            request("POST " + REFRESH, "{}", "Content-Type: " + type, "Content-Length: 2"));
    if (status == 202) {
      assertThat(reply.status()).isEqualTo(202);
    } else {
      refused(status, reply);
    }
  }

  @Test
  void aCharsetMakesNoDifferenceToAGet() throws Exception {
    for (String charset : List.of("unknown", "utf-16", "")) {
      String header = "Content-Type: text/plain; charset=" + charset;
      RawClient.Reply reply =
          ask(shop.url(), request("GET " + FIND + "?limit=1&select=status", "", header));
      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.json()).hasSize(1);
    }
  }

  @Test
  void aBodyThatIsNoUtf8IsRefused() throws Exception {
    byte[] body = {'{', '"', (byte) 0xff, '"', ':', '1', '}'};
    try (RawClient client = new RawClient(shop.url())) {
      client.send(
          request("POST " + REFRESH, "", "Content-Type: application/json", "Content-Length: 7"));
      client.send(body);
      assertThat(refused(400, client.reply()).message()).contains("UTF-8");
    }
  }

  @Test
  void aBodyThatTheClientCutsOffIsRefused() throws Exception {
    for (String length : List.of("Content-Length: 100", "Transfer-Encoding: chunked")) {
      try (RawClient client = new RawClient(shop.url())) {
        client.send(request("POST " + REFRESH, "", "Content-Type: application/json", length));
        client.send(length.startsWith("T") ? "a\r\n{\"full\"" : "{\"full\"");
        client.endOfRequest();
        assertThat(refused(400, client.reply()).code()).isEqualTo("USAGE");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD"})
  void aBodyOfAGetIsNotOverlooked(String method) throws Exception {
    String body = "{\"limit\": 1}";
    try (RawClient client = new RawClient(shop.url())) {
      client.send(
          request(
              method + " " + FIND,
              body,
              "Content-Type: application/json",
              "Content-Length: " + body.length()));
      RawClient.Reply reply = client.reply(method.equals("GET"));
      assertThat(reply.status()).isEqualTo(400);
    }
  }

  @Test
  void aBodyInChunksIsOneBody() throws Exception {
    String chunks = "8\r\n{\"full\":\r\n5;x=y\r\n true\r\n1\r\n}\r\n0\r\nTrailer: x\r\n\r\n";
    RawClient.Reply reply =
        ask(
            shop.url(),
            request(
                "POST " + REFRESH,
                chunks,
                "Content-Type: application/json",
                "Transfer-Encoding: chunked"));
    assertThat(reply.status()).isEqualTo(202);
  }

  @Test
  void whatIsNoHttpIsRefusedInOurForm() throws Exception {
    String host = "Host: localhost\r\n";
    String json = host + "Content-Type: application/json\r\n";
    String long10k = "x".repeat(10_000);
    String long100k = "x".repeat(100_000);
    refused(505, ask(shop.url(), "GET /\r\n\r\n"));
    refused(400, ask(shop.url(), "NONSENSE\r\n\r\n"));
    refused(400, ask(shop.url(), "GET / HTTP/1.1\r\n\r\n"));
    refused(400, ask(shop.url(), "GET / HTTP/1.1\r\n" + host + host + "\r\n"));
    refused(400, ask(shop.url(), "GET / HTTP/1.1\r\n" + host + "no colon\r\n\r\n"));
    refused(400, ask(shop.url(), "GET / HTTP/1.1\r\nHost: local host\r\n\r\n"));
    refused(
        400,
        ask(shop.url(), "POST " + REFRESH + " HTTP/1.1\r\n" + json + "Content-Length: x\r\n\r\n"));
    refused(
        400,
        ask(
            shop.url(),
            "POST "
                + REFRESH
                + " HTTP/1.1\r\n"
                + json
                + "Transfer-Encoding: chunked\r\n\r\nzz\r\n"));
    refused(414, ask(shop.url(), "GET /" + long10k + " HTTP/1.1\r\n" + host + "\r\n"));
    refused(431, ask(shop.url(), "GET / HTTP/1.1\r\n" + host + "X: " + long100k + "\r\n\r\n"));
    refused(505, ask(shop.url(), "GET / HTTP/3.7\r\n" + host + "\r\n"));
    refused(
        417,
        ask(
            shop.url(),
            "POST "
                + REFRESH
                + " HTTP/1.1\r\n"
                + json
                + "Expect: miracles\r\nContent-Length: 2\r\n\r\n{}"));
    assertThat(refused(403, ask(shop.url(), "GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n")).code())
        .isEqualTo("HOST_REFUSED");
  }

  @Test
  void otherMethodsGetTheAllowedOnes() throws Exception {
    for (String method : List.of("OPTIONS", "DELETE", "PUT", "PATCH", "TRACE", "BREW")) {
      RawClient.Reply reply = ask(shop.url(), request(method + " /api/v1/views", ""));
      refused(405, reply);
      assertThat(reply.code()).isEqualTo("PATH_NOT_FOUND");
      assertThat(reply.headers()).containsEntry("allow", "GET, HEAD");
      assertThat(reply.headers()).doesNotContainKey("access-control-allow-origin");
      for (String probe : List.of("/health", "/ready")) {
        RawClient.Reply refused = refused(405, ask(shop.url(), request(method + " " + probe, "")));
        assertThat(refused.headers()).containsEntry("allow", "GET, HEAD");
      }
    }
    assertThat(ask(shop.url(), request("GET " + REFRESH, "")).headers())
        .containsEntry("allow", "POST");
    assertThat(ask(shop.url(), request("DELETE " + FIND, "")).headers())
        .containsEntry("allow", "GET, HEAD, POST");
  }

  @Test
  void aHeadHasTheHeadersOfTheGetAndNoBody() throws Exception {
    for (String path :
        List.of(
            "/",
            "/health",
            "/ready",
            "/metrics",
            "/api/v1/views",
            FIND + "?limit=1&format=csv",
            "/nothing",
            "/api/v1/views/Nope",
            FIND + "?limt=1")) {
      RawClient.Reply get = ask(shop.url(), request("GET " + path, ""));
      try (RawClient client = new RawClient(shop.url())) {
        client.send(request("HEAD " + path, ""));
        RawClient.Reply head = client.reply(false);
        assertThat(head.status()).describedAs(path).isEqualTo(get.status());
        assertThat(head.headers().get("content-type")).isEqualTo(get.headers().get("content-type"));
        client.send(request("GET /health", ""));
        assertThat(client.reply().body()).isEqualTo("alive\n");
      }
    }
  }

  @Test
  void manyRequestsGoOverOneConnection() throws Exception {
    try (RawClient client = new RawClient(shop.url())) {
      for (int i = 0; i < 5; i++) {
        client.send(request("GET /health", ""));
        assertThat(client.reply().body()).isEqualTo("alive\n");
        client.send(post(REFRESH, "{\"ful\": true}"));
        assertThat(client.reply().status()).isEqualTo(400);
        client.send(request("GET " + FIND + "?limit=1", ""));
        assertThat(client.reply().json()).hasSize(1);
        client.send(post("/nothing", "{}"));
        assertThat(client.reply().status()).isEqualTo(404);
      }
      client.send(request("GET /health", "") + request("GET " + FIND + "?limit=1", ""));
      assertThat(client.reply().body()).isEqualTo("alive\n");
      assertThat(client.reply().json()).hasSize(1);
    }
  }

  @Test
  void longQueryIsSentByPost() throws Exception {
    String filter = "{status: {$in: [paid, shipped, '" + "x".repeat(100_000) + "']}}";
    String body =
        "{\"filter\": \""
            + filter
            + "\", \"sort\": \"-revenue\", \"limit\": 2, \"format\": \"csv\"}";
    RawClient.Reply posted = ask(shop.url(), post(FIND, body));
    RawClient.Reply got =
        ask(
            shop.url(),
            request(
                "GET "
                    + FIND
                    + "?sort=-revenue&limit=2&format=csv&filter="
                    + encoded("{status: {$in: [paid, shipped]}}"),
                ""));
    assertThat(got.status()).isEqualTo(200);
    assertThat(got.body().lines()).hasSize(3);
    assertThat(posted.body()).isEqualTo(got.body());
  }

  @Test
  void aFilterInABodyMayBeJsonItself() throws Exception {
    String body = "{\"filter\": {\"status\": \"paid\"}, \"select\": \"status\", \"limit\": 2}";
    RawClient.Reply reply = ask(shop.url(), post(FIND, body));
    assertThat(reply.status()).describedAs(reply.body()).isEqualTo(200);
    assertThat(reply.json().findValuesAsText("status")).containsOnly("paid");
    for (String wrong :
        List.of(
            "{\"limt\": 1}",
            "{\"limit\": 1, \"limit\": 1}",
            "{\"limit\": \"many\"}",
            "{\"limit\": {}}",
            "{\"stale-ok\": 1}",
            "{\"filter\": {\"status\": }}",
            "{\"sort\": [\"a\"]}",
            "{\"limit\": null}")) {
      refused(400, ask(shop.url(), post(FIND, wrong)));
    }
    refused(400, ask(shop.url(), post(FIND + "?limit=1", "{}")));
    assertThat(ask(shop.url(), post(FIND, "")).status()).isEqualTo(200);
  }
}
