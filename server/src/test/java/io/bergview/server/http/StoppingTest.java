package io.bergview.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.api.Bergview;
import io.bergview.fixtures.Progress;
import io.bergview.fixtures.Shop;
import io.bergview.server.ServedShop;
import io.bergview.server.ServedShop.Reply;
import io.bergview.server.states.StatePoller;
import io.bergview.settings.ListenSettings;
import io.bergview.upkeep.RefreshTask;
import io.bergview.upkeep.UpkeepControl;
import io.bergview.upkeep.UpkeepEvent;
import io.bergview.upkeep.UpkeepStatus;
import io.javalin.config.RoutesConfig;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is answered while upkeep waits for the last refreshes. */
class StoppingTest {
  @TempDir private Path folder;

  /** Says that it is stopping and takes nothing. */
  static final class Stopping implements UpkeepControl {
    @Override
    public UpkeepStatus status() {
      return new UpkeepStatus(
          true,
          true,
          List.of(),
          List.of(),
          Set.of(),
          List.of(),
          List.of(),
          Map.of(),
          UpkeepStatus.Watch.NONE);
    }

    @Override
    public CompletionStage<UpkeepEvent> submit(RefreshTask task) {
      return CompletableFuture.failedFuture(new IllegalStateException("it was asked"));
    }

    @Override
    public void pause(String view) {}

    @Override
    public void resume(String view) {}

    @Override
    public int stop(Duration deadline) {
      return 0;
    }
  }

  @Test
  void aCatalogThatDoesNotAnswerIsNamed() throws Exception {
    Files.writeString(
        folder.resolve("bergview.yaml"),
        """
        catalogs:
          lake: {type: sqlite, warehouse: warehouse}
          far: {type: jdbc, uri: 'jdbc:postgresql://127.0.0.1:1/far', warehouse: 's3://far/w'}
        """);
    try (Bergview bergview = Bergview.open(folder)) {
      Readiness.State state;
      try (Readiness readiness =
          new Readiness(bergview, new Stopping(), Clock.systemUTC(), Duration.ofSeconds(20))) {
        state = readiness.state().get();
      }
      assertThat(state.catalogs()).containsEntry("lake", true).containsEntry("far", false);
      assertThat(new Readiness.State(true, false, state.catalogs()).ready()).isFalse();
      assertThat(new Readiness.State(true, false, Map.of("lake", true)).ready()).isTrue();
    }
  }

  @Test
  void itIsNotReadyAndTakesNoRefreshButLivesAndAnswersQueries() throws Exception {
    Files.writeString(folder.resolve("bergview.yaml"), "");
    try (Bergview bergview = Bergview.open(folder);
        StatePoller scan =
            new StatePoller(
                bergview::listViews, bergview::getViewState, List.of(), Clock.systemUTC());
        Server server =
            Server.start(
                new Service(bergview, new Stopping(), () -> "", scan, Clock.systemUTC()),
                new ListenSettings("127.0.0.1", 0, Optional.empty()))) {
      Reply ready = get(server, "/ready");
      assertThat(ready.status()).isEqualTo(503);
      assertThat(ready.json().get("stopping").asBoolean()).isTrue();
      assertThat(get(server, "/health").status()).isEqualTo(200);
      assertThat(get(server, "/api/v1/views").status()).isEqualTo(200);
      Reply refresh =
          ServedShop.send(
              HttpRequest.newBuilder(URI.create(server.url() + "/api/v1/views/Any/refresh"))
                  .header("Content-Type", "application/json")
                  .POST(BodyPublishers.ofString("")));
      assertThat(refresh.status()).isEqualTo(503);
      assertThat(refresh.code()).isEqualTo("STOPPING");
    }
  }

  private static Server server(Bergview bergview, StatePoller states, Consumer<RoutesConfig> more) {
    return Server.start(
        new Service(bergview, new Stopping(), () -> "", states, Clock.systemUTC()),
        new ListenSettings("127.0.0.1", 0, Optional.empty()),
        new Workers(Duration.ofSeconds(2)),
        more);
  }

  private static StatePoller states(Bergview bergview) {
    return new StatePoller(
        bergview::listViews, bergview::getViewState, List.of(), Clock.systemUTC());
  }

  @Test
  void requestThatEndsInTimeIsWaitedForWhileNoOtherIsTaken() throws Exception {
    Files.writeString(folder.resolve("bergview.yaml"), "");
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    try (Bergview bergview = Bergview.open(folder);
        StatePoller states = states(bergview);
        Server server =
            server(
                bergview,
                states,
                routes ->
                    routes.get(
                        "/long",
                        request -> {
                          begun.countDown();
                          end.await();
                          request.result("done");
                        }))) {
      CompletableFuture<Reply> answer = CompletableFuture.supplyAsync(() -> get(server, "/long"));
      begun.await();
      CompletableFuture<Void> stopped =
          CompletableFuture.runAsync(() -> server.stop(Duration.ofMinutes(5)));
      Reply other = get(server, "/api/v1/views");
      while (other.status() == 200) {
        other = get(server, "/api/v1/views");
      }
      assertThat(other.status()).isEqualTo(503);
      assertThat(other.code()).isEqualTo("STOPPING");
      assertThat(answer).isNotDone();
      end.countDown();
      assertThat(answer.get().status()).isEqualTo(200);
      stopped.get();
      assertThat(bergview.listViews()).as("nothing was cancelled").isNotNull();
    }
  }

  @Test
  void queryThatDoesNotEndInTimeIsCancelledAndSaysSo() throws Exception {
    Files.writeString(folder.resolve("bergview.yaml"), "");
    String endless =
        "SELECT max(a.order_id + b.order_id + c.order_id + d.order_id + e.order_id + f.order_id)"
            + " AS m FROM shop.orders a, shop.orders b, shop.orders c, shop.orders d,"
            + " shop.orders e, shop.orders f";
    CountDownLatch begun = new CountDownLatch(1);
    try (Bergview bergview = Bergview.open(folder)) {
      Shop.generate(bergview.catalog("lake"), new Shop.Options(0.01, 5), Progress.SILENT);
      try (StatePoller states = states(bergview);
          Server server =
              server(
                  bergview,
                  states,
                  routes -> routes.before("/api/v1/sql", request -> begun.countDown()))) {
        CompletableFuture<Reply> answer =
            CompletableFuture.supplyAsync(
                () ->
                    ServedShop.send(
                        HttpRequest.newBuilder(URI.create(server.url() + "/api/v1/sql"))
                            .header("Content-Type", "application/json")
                            .POST(BodyPublishers.ofString("{\"sql\": \"" + endless + "\"}"))));
        begun.await();
        server.stop(Duration.ZERO);
        assertThat(answer.get().status()).as(answer.get().body()).isEqualTo(503);
        assertThat(answer.get().code()).isEqualTo("CANCELLED");
      }
    }
  }

  private static Reply get(Server server, String path) {
    return ServedShop.send(HttpRequest.newBuilder(URI.create(server.url() + path)));
  }
}
