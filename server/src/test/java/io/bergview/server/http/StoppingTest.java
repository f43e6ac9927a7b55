package io.bergview.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.api.Bergview;
import io.bergview.server.ServedShop;
import io.bergview.server.ServedShop.Reply;
import io.bergview.server.states.StatePoller;
import io.bergview.settings.ListenSettings;
import io.bergview.upkeep.RefreshTask;
import io.bergview.upkeep.UpkeepControl;
import io.bergview.upkeep.UpkeepEvent;
import io.bergview.upkeep.UpkeepStatus;
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

  private static Reply get(Server server, String path) {
    return ServedShop.send(HttpRequest.newBuilder(URI.create(server.url() + path)));
  }
}
