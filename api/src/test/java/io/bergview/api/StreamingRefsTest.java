package io.bergview.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.errors.ErrorCode;
import io.bergview.fixtures.Progress;
import io.bergview.fixtures.Shop;
import io.bergview.refresh.RefreshKind;
import io.bergview.staleness.Freshness;
import io.bergview.staleness.Reason;
import io.bergview.upkeep.UpkeepEvent;
import io.bergview.upkeep.daemon.Upkeep;
import io.bergview.verify.VerifyOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.io.CloseableIterable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Streaming views at a branch follow that branch, and are not woken by others. */
@Tag("contract")
class StreamingRefsTest {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final int POLLS = 10;

  @TempDir private Path folder;
  private final List<UpkeepEvent> events = new CopyOnWriteArrayList<>();
  private Bergview bergview;

  @BeforeEach
  void aShopWithABranch() {
    Map<String, String> files = new LinkedHashMap<>(Projects.in("types", Shop.entityTypes()));
    String totals = "$groupBy: [status]\n$compute: {orders: {$count: '*'}}\n$refresh: streaming\n";
    files.put("views/Main.yaml", "$type: Main\n$from: Order\n" + totals);
    files.put("views/Audited.yaml", "$type: Audited\n$from: shop.orders@audit\n" + totals);
    bergview =
        Projects.create(
            folder,
            "settings: {memory-limit: 512MiB, threads: 2}\nserve: {poll-interval: 50ms}\n",
            files);
    Shop.generate(bergview.catalog("lake"), new Shop.Options(0.02, 2), Progress.SILENT);
    branch();
    bergview.apply();
  }

  @AfterEach
  void close() {
    bergview.close();
  }

  private Table orders() {
    return bergview.catalog("lake").loadTable(TableIdentifier.of("shop", "orders"));
  }

  private void branch() {
    Table orders = orders();
    orders.manageSnapshots().createBranch("audit", orders.currentSnapshot().snapshotId()).commit();
  }

  /** Takes the rows of one file away. */
  private void commitTo(String branch) throws IOException {
    Table orders = orders();
    try (CloseableIterable<FileScanTask> files = orders.newScan().useRef(branch).planFiles()) {
      orders.newDelete().deleteFile(files.iterator().next().file()).toBranch(branch).commit();
    }
  }

  private static void eventually(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + LONG.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waited long enough").isLessThan(deadline);
      Thread.sleep(10);
    }
  }

  private static void waitForPolls(Upkeep upkeep) throws InterruptedException {
    long polls = upkeep.status().watch().polls();
    eventually(() -> upkeep.status().watch().polls() > polls + POLLS);
  }

  private boolean isFresh(String view) {
    return bergview.getViewState(view).state() == Freshness.FRESH;
  }

  private List<RefreshKind> refreshes(String view) {
    return events.stream()
        .filter(event -> event instanceof UpkeepEvent.Completed done && done.view().equals(view))
        .map(event -> ((UpkeepEvent.Completed) event).result().kind())
        .toList();
  }

  @Test
  void eachViewIsRefreshedWhenItsBranchIsCommittedTo() throws Exception {
    try (Upkeep upkeep = bergview.startUpkeep(events::add)) {
      eventually(() -> isFresh("Main") && isFresh("Audited"));
      waitForPolls(upkeep);
      events.clear();

      commitTo("main");
      eventually(() -> !refreshes("Main").isEmpty());
      waitForPolls(upkeep);
      assertThat(refreshes("Audited")).isEmpty();
      events.clear();

      commitTo("audit");
      eventually(() -> !refreshes("Audited").isEmpty());
      waitForPolls(upkeep);
      assertThat(refreshes("Main")).isEmpty();
    }
    for (String view : List.of("Main", "Audited")) {
      assertThat(bergview.verifyView(view, VerifyOptions.defaults()).equal()).as(view).isTrue();
    }
  }

  @Test
  void aBranchThatIsThereAgainIsFollowed() throws Exception {
    try (Upkeep upkeep = bergview.startUpkeep(events::add)) {
      eventually(() -> isFresh("Main") && isFresh("Audited"));
      commitTo("audit");
      eventually(() -> isFresh("Audited"));
      waitForPolls(upkeep);
      orders().manageSnapshots().removeBranch("audit").commit();
      waitForPolls(upkeep);
      assertThat(bergview.getViewState("Audited").reason()).isEqualTo(Reason.SOURCE_REF_DROPPED);
      assertThat(isFresh("Main")).isTrue();

      branch();
      eventually(() -> isFresh("Audited"));
      assertThat(bergview.verifyView("Audited", VerifyOptions.defaults()).equal()).isTrue();
      assertThat(events)
          .noneMatch(
              event ->
                  event instanceof UpkeepEvent.Failed failed
                      && failed.error().code() != ErrorCode.SOURCE_REF_DROPPED);
    }
  }
}
