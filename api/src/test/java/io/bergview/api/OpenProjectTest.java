package io.bergview.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.fixtures.Progress;
import io.bergview.fixtures.Shop;
import io.bergview.query.QueryResult;
import io.bergview.refresh.RefreshRequest;
import io.bergview.upkeep.RefreshTask;
import io.bergview.upkeep.RefreshTrigger;
import io.bergview.upkeep.UpkeepEvent;
import io.bergview.upkeep.daemon.Upkeep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What a project that stays open remembers, and what is left of it once it is closed. */
@Tag("contract")
class OpenProjectTest {
  private static final int ROUNDS = 20;

  /** By then classes are loaded and pools that never end have their threads. */
  private static final int WARM = 10;

  @TempDir private Path folder;

  @BeforeEach
  void shop() {
    Map<String, String> files = new LinkedHashMap<>(Projects.in("types", Shop.entityTypes()));
    files.put("views/Details.yaml", "$type: Details\n$from: Order\n$expand: [customer]\n");
    String settings = "settings: {memory-limit: 512MiB, threads: 1}\n";
    try (Bergview bergview = Projects.create(folder, settings, files)) {
      Shop.generate(bergview.catalog("lake"), new Shop.Options(0.01, 3), Progress.SILENT);
      bergview.apply();
    }
  }

  @Test
  void aSecondRefreshReadsNoFooterAgain() {
    try (Bergview bergview = Bergview.open(folder)) {
      bergview.refreshView(RefreshRequest.of("Details").fully());
      long first = bergview.context().scanner().footersRead();
      assertThat(first).isPositive();

      bergview.refreshView(RefreshRequest.of("Details").fully());
      assertThat(bergview.context().scanner().footersRead()).isEqualTo(first);
    }
  }

  @Test
  void whatKeepsViewsFreshReadsNoFooterThatACallHasRead() throws Exception {
    try (Bergview bergview = Bergview.open(folder)) {
      bergview.refreshView(RefreshRequest.of("Details").fully());
      long first = bergview.context().scanner().footersRead();

      try (Upkeep upkeep = bergview.startUpkeep(event -> {})) {
        for (int i = 0; i < 2; i++) {
          RefreshTask task =
              new RefreshTask("Details", new RefreshTrigger.Requested(Instant.now(), true));
          assertThat(upkeep.submit(task).toCompletableFuture().get(60, TimeUnit.SECONDS))
              .isInstanceOf(UpkeepEvent.Completed.class);
        }
      }
      assertThat(bergview.context().scanner().footersRead()).isEqualTo(first);
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void closingLeavesNoFileOpenAndNoThread() throws Exception {
    List<Path> warm = List.of();
    for (int round = 1; round <= ROUNDS; round++) {
      openAndClose(round);
      if (round == WARM) {
        warm = openFiles();
      }
    }
    assertThat(openFiles()).hasSizeLessThanOrEqualTo(warm.size());
    assertThat(threads()).isEmpty();
    try (Stream<Path> left = Files.list(folder.resolve(".bergview/temp"))) {
      assertThat(left).isEmpty();
    }
  }

  /**
   * In every other round an answer is left open, so that closing its session fails; in every fifth
   * refreshes have a session besides, and views are kept fresh.
   */
  private void openAndClose(int round) {
    Bergview bergview = Bergview.open(folder);
    if (round % 5 == 0) {
      bergview.startUpkeep(event -> {});
      bergview.refreshView(RefreshRequest.of("Details").fully());
    }
    QueryResult answer = bergview.find("Details").limit(3).answer();
    if (round % 2 == 0) {
      answer.batches();
      assertThatThrownBy(bergview::close).hasMessageContaining("Memory was leaked");
    } else {
      answer.close();
      bergview.close();
    }
    bergview.close();
    assertThatThrownBy(() -> bergview.find("Details").answer())
        .hasMessageContaining("The project is closed");
  }

  private static List<Path> openFiles() throws IOException {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return open.toList();
    }
  }

  /** Those that are ending are waited for. */
  private static List<String> threads() throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (true) {
      List<String> left =
          Thread.getAllStackTraces().keySet().stream()
              .map(Thread::getName)
              .filter(name -> name.startsWith("bergview"))
              .sorted()
              .toList();
      if (left.isEmpty() || System.nanoTime() > deadline) {
        return left;
      }
      Thread.sleep(20);
    }
  }
}
