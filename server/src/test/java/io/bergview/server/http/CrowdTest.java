package io.bergview.server.http;

import static io.bergview.server.http.RawClient.ask;
import static io.bergview.server.http.RawClient.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.api.Bergview;
import io.bergview.server.ServedShop;
import io.bergview.server.http.StoppingTest.Stopping;
import io.bergview.server.states.StatePoller;
import io.bergview.settings.ListenSettings;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many clients at once, slow ones and such that may not ask. */
@Tag("long")
class CrowdTest {
  private static final String TOKEN = "0123456789abcdef";
  private static final String REFRESH = "/api/v1/views/DailyRevenue/refresh";

  @TempDir private Path folder;

  private static String begun(String... headers) {
    List<String> all = new ArrayList<>(List.of(headers));
    all.add("Content-Type: application/json");
    all.add("Content-Length: 1000");
    return request("POST " + REFRESH, "{", all.toArray(String[]::new));
  }

  @Test
  void slowClientsDoNotBlockOtherRequests() throws Exception {
    List<RawClient> slow = new ArrayList<>();
    try (ServedShop shop = new ServedShop(folder, "")) {
      try {
        for (int i = 0; i < 100; i++) {
          RawClient client = new RawClient(shop.url());
          client.send(begun());
          slow.add(client);
        }
        Instant before = Instant.now();
        for (String path : List.of("/health", "/ready", "/api/v1/status")) {
          assertThat(ask(shop.url(), request("GET " + path, "")).status()).isEqualTo(200);
        }
        assertThat(Duration.between(before, Instant.now())).isLessThan(Duration.ofSeconds(3));
        RawClient.Reply late = slow.get(0).reply();
        assertThat(late.status()).isEqualTo(408);
        assertThat(late.code()).isEqualTo("USAGE");
        assertThat(late.headers()).containsEntry("connection", "close");
        assertThat(slow.get(0).isClosedByServer()).isTrue();
        assertThat(Duration.between(before, Instant.now())).isLessThan(Duration.ofSeconds(20));
      } finally {
        for (RawClient client : slow) {
          client.close();
        }
      }
    }
  }

  @Test
  void requestsWithoutTheTokenAreRejectedAtOnce() throws Exception {
    try (ServedShop shop = new ServedShop(folder, "serve: {token: '" + TOKEN + "'}\n")) {
      Instant before = Instant.now();
      for (String header : List.of("X: y", "Authorization: Bearer wrong", "Expect: 100-continue")) {
        RawClient.Reply reply = ask(shop.url(), begun(header));
        assertThat(reply.status()).isEqualTo(401);
        assertThat(reply.code()).isEqualTo("TOKEN_NEEDED");
      }
      assertThat(Duration.between(before, Instant.now())).isLessThan(Duration.ofSeconds(5));
      try (RawClient client = new RawClient(shop.url())) {
        client.send(
            request(
                "POST " + REFRESH,
                "",
                "Expect: 100-continue",
                "Authorization: Bearer " + TOKEN,
                "Content-Type: application/json",
                "Content-Length: 2"));
        Thread.sleep(200);
        client.send("{}");
        assertThat(client.reply().status()).isEqualTo(202);
      }
    }
  }

  @Test
  void aBodyThatIsTooLargeIsRefusedBeforeItIsSent() throws Exception {
    try (ServedShop shop = new ServedShop(folder, "")) {
      String type = "Content-Type: application/json";
      RawClient.Reply known =
          ask(shop.url(), request("POST " + REFRESH, "", type, "Content-Length: 1048577"));
      assertThat(known.status()).isEqualTo(413);
      assertThat(known.code()).isEqualTo("USAGE");
      try (RawClient client = new RawClient(shop.url())) {
        client.send(request("POST " + REFRESH, "", type, "Transfer-Encoding: chunked"));
        client.send("200000\r\n" + "x".repeat(0x200000) + "\r\n");
        assertThat(client.reply().status()).isEqualTo(413);
      }
    }
  }

  @Test
  void requestsBeyondTheQueueLimitGetRetryAfter() throws Exception {
    Files.writeString(folder.resolve("bergview.yaml"), "");
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch going = new CountDownLatch(1);
    try (Bergview bergview = Bergview.open(folder);
        StatePoller scan =
            new StatePoller(
                bergview::listViews, bergview::getViewState, List.of(), Clock.systemUTC());
        Server server =
            Server.start(
                new Service(bergview, new Stopping(), () -> "", scan, Clock.systemUTC()),
                new ListenSettings("127.0.0.1", 0, Optional.empty()),
                new Workers(Duration.ofSeconds(2), 1, 1),
                routes ->
                    routes.get(
                        "/wait",
                        request -> {
                          begun.countDown();
                          going.await();
                        }))) {
      CompletableFuture<RawClient.Reply> answered = later(server, "GET /wait");
      begun.await();
      List<CompletableFuture<RawClient.Reply>> others =
          List.of(later(server, "GET /wait"), later(server, "GET /wait"));
      CompletableFuture.anyOf(others.toArray(CompletableFuture[]::new)).get();
      RawClient.Reply reply = ask(server.url(), request("GET /api/v1/status", ""));
      assertThat(reply.status()).isEqualTo(503);
      assertThat(reply.code()).isEqualTo("OVERLOADED");
      assertThat(reply.headers()).containsEntry("retry-after", "1");
      assertThat(ask(server.url(), request("GET /health", "")).status()).isEqualTo(200);
      going.countDown();
      assertThat(answered.get().status()).isEqualTo(200);
      assertThat(List.of(others.get(0).get().status(), others.get(1).get().status()))
          .containsExactlyInAnyOrder(200, 503);
      assertThat(ask(server.url(), request("GET /api/v1/status", "")).status()).isEqualTo(200);
    }
  }

  private static CompletableFuture<RawClient.Reply> later(Server server, String line) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return ask(server.url(), request(line, ""));
          } catch (Exception e) {
            throw new CompletionException(e);
          }
        },
        task -> new Thread(task).start());
  }

  @Test
  void aCatalogThatDoesNotAnswerIsNotWaitedForLong() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Files.writeString(
          folder.resolve("bergview.yaml"),
          """
          catalogs:
            lake: {type: sqlite, warehouse: warehouse}
            far: {type: jdbc, uri: 'jdbc:postgresql://127.0.0.1:%d/far', warehouse: 's3://far/w'}
          """
              .formatted(silent.getLocalPort()));
      try (Bergview bergview = Bergview.open(folder);
          StatePoller scan =
              new StatePoller(
                  bergview::listViews, bergview::getViewState, List.of(), Clock.systemUTC());
          Server server =
              Server.start(
                  new Service(bergview, new Stopping(), () -> "", scan, Clock.systemUTC()),
                  new ListenSettings("127.0.0.1", 0, Optional.empty()))) {
        List<RawClient> probes = new ArrayList<>();
        Instant before = Instant.now();
        for (int i = 0; i < 60; i++) {
          RawClient probe = new RawClient(server.url());
          probe.send(request("GET /ready", ""));
          probes.add(probe);
        }
        assertThat(ask(server.url(), request("GET /health", "")).status()).isEqualTo(200);
        assertThat(Duration.between(before, Instant.now())).isLessThan(Duration.ofSeconds(2));
        for (RawClient probe : probes) {
          RawClient.Reply reply = probe.reply();
          assertThat(reply.status()).isEqualTo(503);
          assertThat(reply.json().at("/catalogs/far").asBoolean()).isFalse();
          probe.close();
        }
        assertThat(Duration.between(before, Instant.now())).isLessThan(Duration.ofSeconds(10));
        silent.close();
      }
    }
  }
}
