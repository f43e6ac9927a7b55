package io.bergview.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.errors.ErrorCode;
import io.bergview.errors.NotFoundException;
import io.bergview.fixtures.ChangeOptions;
import io.bergview.fixtures.CopyOnWrite;
import io.bergview.fixtures.Progress;
import io.bergview.fixtures.Shop;
import io.bergview.refresh.RefreshKind;
import io.bergview.refresh.RefreshRequest;
import io.bergview.staleness.Freshness;
import io.bergview.upkeep.UpkeepEvent;
import io.bergview.upkeep.daemon.Upkeep;
import io.bergview.verify.VerifyOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expressions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Views that follow their tables by themselves. */
@Tag("contract")
class StreamingTest {
  private static final Duration LONG = Duration.ofSeconds(60);

  @TempDir private Path folder;
  private final List<UpkeepEvent> events = new CopyOnWriteArrayList<>();
  private Bergview bergview;

  @BeforeEach
  void shop() {
    Map<String, String> files = new LinkedHashMap<>(Projects.in("types", Shop.entityTypes()));
    files.put("views/Details.yaml", view("Details", "$expand: [customer]\n", "streaming"));
    files.put(
        "views/Daily.yaml",
        view(
            "Daily",
            "$groupBy: [status, {day: created_at}]\n"
                + "$compute: {orders: {$count: '*'}, revenue: {$sum: total}}\n",
            "streaming"));
    bergview = Projects.create(folder, settings("serve: {poll-interval: 50ms}\n"), files);
    Shop.generate(lake(), new Shop.Options(0.02, 3), Progress.SILENT);
    bergview.apply();
  }

  private static String settings(String serve) {
    return "settings: {memory-limit: 512MiB, threads: 2}\n" + serve;
  }

  private static String view(String name, String body, String refresh) {
    return "$type: %s\n$from: Order\n%s$refresh: %s\n".formatted(name, body, refresh);
  }

  @AfterEach
  void close() {
    bergview.close();
  }

  private Catalog lake() {
    return bergview.catalog("lake");
  }

  private Table orders() {
    return lake().loadTable(TableIdentifier.of("shop", "orders"));
  }

  private static void change(Catalog catalog, ChangeOptions.Kind kind, long seed) {
    Shop.change(
        catalog,
        new ChangeOptions(kind, 1, ChangeOptions.Write.EITHER, ChangeOptions.Spread.RANGE),
        seed);
  }

  /** Waits for a refresh that no earlier call has reported. */
  private UpkeepEvent.Completed completed(String view, Predicate<UpkeepEvent.Completed> which)
      throws InterruptedException {
    AtomicReference<UpkeepEvent.Completed> found = new AtomicReference<>();
    eventually(
        () -> {
          for (UpkeepEvent event : events) {
            if (event instanceof UpkeepEvent.Completed done
                && done.view().equals(view)
                && which.test(done)
                && events.remove(event)) {
              found.set(done);
              return true;
            }
          }
          return false;
        });
    return found.get();
  }

  private static void eventually(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + LONG.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waited long enough").isLessThan(deadline);
      Thread.sleep(10);
    }
  }

  private boolean isFresh(String view) {
    return bergview.getViewState(view).state() == Freshness.FRESH;
  }

  private void assertRight(String view) {
    assertThat(bergview.verifyView(view, VerifyOptions.defaults()).equal()).as(view).isTrue();
  }

  @Test
  void commitsInThisProcessAreFollowed() throws InterruptedException {
    try (Upkeep upkeep = bergview.startUpkeep(events::add)) {
      assertThat(completed("Details", done -> true).result().kind()).isEqualTo(RefreshKind.FULL);
      completed("Daily", done -> true);
      change(lake(), ChangeOptions.Kind.INSERT, 1);
      UpkeepEvent.Completed details =
          completed("Details", done -> done.result().kind() != RefreshKind.SKIP);
      assertThat(details.result().kind()).isEqualTo(RefreshKind.APPEND);
      assertThat(details.trigger().label()).isEqualTo("change");
      for (long seed = 2; seed < 8; seed++) {
        change(lake(), ChangeOptions.Kind.MIXED, seed);
      }
      eventually(() -> isFresh("Details") && isFresh("Daily"));
      assertThat(upkeep.status().givenUp()).isEmpty();
    }
    assertRight("Details");
    assertRight("Daily");
  }

  @Tag("long")
  @Test
  void commitsOfAnotherCatalogClientAreFoundByAsking() throws Exception {
    try (Upkeep upkeep = bergview.startUpkeep(events::add)) {
      completed("Details", done -> true);
      completed("Daily", done -> true);
      try (OtherProcess other = OtherProcess.start(folder)) {
        other.changeOrders(11);
      }
      completed("Details", done -> done.result().kind() != RefreshKind.SKIP);
      eventually(() -> isFresh("Details") && isFresh("Daily"));
      assertThat(upkeep.status().watch().polls()).isPositive();
    }
    assertRight("Details");
    assertRight("Daily");
  }

  @Test
  void whatWasCommittedWhileNothingRanIsFollowedAtTheStart() throws InterruptedException {
    bergview.refreshView(RefreshRequest.ofAll());
    change(lake(), ChangeOptions.Kind.MIXED, 21);
    assertThat(isFresh("Details")).isFalse();
    try (Upkeep upkeep = bergview.startUpkeep(events::add)) {
      UpkeepEvent.Completed done = completed("Details", event -> true);
      assertThat(done.result().kind()).isNotIn(RefreshKind.SKIP, RefreshKind.FULL);
      eventually(() -> isFresh("Daily"));
      assertThat(upkeep.status().ready()).isTrue();
    }
    assertRight("Details");
  }

  @Tag("long")
  @Test
  void viewsOverViewsAreRefreshedWithThemFromOneState() throws InterruptedException {
    Projects.write(
        folder.resolve("views/Paid.yaml"),
        "$type: Paid\n$from: Details\n$filter: {status: paid}\n$refresh: streaming\n");
    Projects.write(
        folder.resolve("views/Revenue.yaml"),
        "$type: Revenue\n"
            + "$from: Daily\n"
            + "$groupBy: [status]\n"
            + "$compute: {revenue: {$sum: revenue}}\n"
            + "$refresh: streaming\n");
    bergview.apply();
    try (Upkeep upkeep = bergview.startUpkeep(events::add)) {
      completed("Paid", done -> true);
      completed("Revenue", done -> true);
      for (long seed = 31; seed < 35; seed++) {
        change(lake(), ChangeOptions.Kind.MIXED, seed);
      }
      eventually(() -> isFresh("Paid") && isFresh("Revenue"));
      assertThat(upkeep.status().givenUp()).isEmpty();
    }
    assertRight("Paid");
    assertRight("Revenue");
  }

  @Test
  void onlyTheNamedKindsOfChangeLeadToARefresh() throws InterruptedException {
    Projects.write(
        folder.resolve("views/Deletions.yaml"),
        view("Deletions", "", "{mode: streaming, eventTypes: [DELETE]}"));
    bergview.apply();
    try (Upkeep upkeep = bergview.startUpkeep(events::add)) {
      completed("Deletions", done -> true);
      completed("Details", done -> true);
      change(lake(), ChangeOptions.Kind.INSERT, 41);
      completed("Details", done -> done.result().kind() != RefreshKind.SKIP);
      CopyOnWrite.update(orders(), Expressions.lessThan("order_id", 20L), StreamingTest::raised);
      completed("Details", done -> done.result().kind() != RefreshKind.SKIP);
      eventually(() -> upkeep.status().waiting().isEmpty() && upkeep.status().running().isEmpty());
      assertThat(isFresh("Deletions")).isFalse();
      CopyOnWrite.delete(orders(), Expressions.lessThan("order_id", 5L));
      UpkeepEvent.Completed done =
          completed("Deletions", event -> event.result().kind() != RefreshKind.SKIP);
      assertThat(done.result().rowsAdded()).isPositive();
      eventually(() -> isFresh("Deletions"));
    }
    assertRight("Deletions");
  }

  private static Record raised(Record order) {
    Record changed = order.copy();
    changed.setField("status", "raised");
    return changed;
  }

  @Test
  void definitionsAreFollowedWithoutARestart() throws InterruptedException {
    try (Upkeep upkeep = bergview.startUpkeep(events::add)) {
      completed("Details", done -> true);
      Projects.write(folder.resolve("views/Late.yaml"), view("Late", "", "streaming"));
      bergview.apply();
      completed("Late", done -> done.result().kind() == RefreshKind.FULL);
      Projects.write(
          folder.resolve("views/Details.yaml"), view("Details", "$expand: [customer]\n", "manual"));
      bergview.apply();
      bergview.dropView("Daily");
      eventually(
          () -> {
            try {
              upkeep.pause("Daily");
              return false;
            } catch (NotFoundException gone) {
              return true;
            }
          });
      events.clear();
      change(lake(), ChangeOptions.Kind.INSERT, 51);
      completed("Late", done -> done.result().kind() != RefreshKind.SKIP);
      assertThat(isFresh("Details")).isFalse();
    }
  }

  @Test
  void aPausedViewWaitsAndThenCatchesUp() throws InterruptedException {
    try (Upkeep upkeep = bergview.startUpkeep(events::add)) {
      completed("Details", done -> true);
      completed("Daily", done -> true);
      assertThatThrownBy(() -> upkeep.pause("Detials"))
          .isInstanceOf(NotFoundException.class)
          .hasMessageContaining("did you mean 'Details'");
      upkeep.pause("Details");
      change(lake(), ChangeOptions.Kind.INSERT, 61);
      completed("Daily", done -> done.result().kind() != RefreshKind.SKIP);
      assertThat(upkeep.status().waiting()).anyMatch(waiting -> waiting.view().equals("Details"));
      assertThat(isFresh("Details")).isFalse();
      upkeep.resume("Details");
      completed("Details", done -> done.result().kind() != RefreshKind.SKIP);
      eventually(() -> isFresh("Details"));
    }
  }

  @Test
  void aPauseOutlastsTheProcessAndAppliesToOtherProcesses() throws InterruptedException {
    try (Upkeep upkeep = bergview.startUpkeep(events::add)) {
      completed("Details", done -> true);
      upkeep.pause("Details");
    }
    bergview.close();
    bergview = Bergview.open(folder);
    change(lake(), ChangeOptions.Kind.INSERT, 62);
    try (Upkeep upkeep = bergview.startUpkeep(events::add)) {
      assertThat(upkeep.status().paused()).containsExactly("Details");
      completed("Daily", done -> done.result().kind() != RefreshKind.SKIP);
      assertThat(isFresh("Details")).isFalse();
      try (Bergview another = Bergview.open(folder);
          Upkeep beside = another.startUpkeep(event -> {})) {
        assertThat(beside.status().paused()).containsExactly("Details");
        beside.resume("Details");
      }
      eventually(() -> upkeep.status().paused().isEmpty() && isFresh("Details"));
    }
  }

  @Test
  void aViewThatFailsIsGivenUpAndComesBackWithTheNextCommit() throws Exception {
    bergview.close();
    Projects.write(
        folder.resolve("bergview.yaml"),
        settings("serve: {poll-interval: 50ms, attempts: 2, backoff: 10ms}\n"));
    bergview = Bergview.open(folder);
    bergview.refreshView(RefreshRequest.ofAll());
    Table orders = orders();
    Path data = Path.of(java.net.URI.create(orders.location() + "/data"));
    Path hidden = data.resolveSibling("hidden");
    try (Upkeep upkeep = bergview.startUpkeep(events::add)) {
      completed("Details", done -> true);
      completed("Daily", done -> true);
      upkeep.pause("Details");
      upkeep.pause("Daily");
      change(lake(), ChangeOptions.Kind.INSERT, 71);
      Files.move(data, hidden);
      upkeep.resume("Details");
      eventually(
          () -> upkeep.status().givenUp().stream().anyMatch(g -> g.view().equals("Details")));
      assertThat(upkeep.status().givenUp())
          .allSatisfy(g -> assertThat(g.code()).isNotEqualTo(ErrorCode.INTERNAL));
      move(hidden, data);
      upkeep.resume("Daily");
      change(lake(), ChangeOptions.Kind.INSERT, 72);
      eventually(() -> isFresh("Details") && upkeep.status().givenUp().isEmpty());
    }
    assertRight("Details");
  }

  /** With waits of hours nothing else could mend it here. */
  @Test
  void aViewOfADroppedColumnIsGivenUpDespiteCommitsUntilItsDefinitionChanges() throws Exception {
    bergview.close();
    Projects.write(
        folder.resolve("bergview.yaml"),
        settings("serve: {poll-interval: 50ms, backoff: 2h, backoff-limit: 4h}\n"));
    bergview = Bergview.open(folder);
    bergview.refreshView(RefreshRequest.ofAll());
    try (Upkeep upkeep = bergview.startUpkeep(events::add)) {
      completed("Daily", done -> true);
      orders().updateSchema().deleteColumn("total").commit();
      eventually(() -> upkeep.status().givenUp().stream().anyMatch(g -> g.view().equals("Daily")));
      for (int i = 0; i < 5; i++) {
        orders().newFastAppend().commit();
        Thread.sleep(100);
      }
      assertThat(
              events.stream()
                  .filter(UpkeepEvent.Failed.class::isInstance)
                  .filter(event -> event.view().equals("Daily")))
          .singleElement()
          .isInstanceOfSatisfying(
              UpkeepEvent.Failed.class,
              failed -> {
                assertThat(failed.error().code()).isEqualTo(ErrorCode.SOURCE_SCHEMA_CHANGED);
                assertThat(failed.retryAt()).isEmpty();
              });
      Projects.write(
          folder.resolve("views/Daily.yaml"),
          view("Daily", "$groupBy: [status]\n$compute: {orders: {$count: '*'}}\n", "streaming"));
      Files.delete(folder.resolve("views/Details.yaml"));
      bergview.apply();
      completed("Daily", done -> done.result().kind() == RefreshKind.FULL);
      assertThat(upkeep.status().givenUp()).noneMatch(g -> g.view().equals("Daily"));
    }
  }

  /** Whatever was made there meanwhile stays. */
  private static void move(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    try (var files = Files.list(from)) {
      for (Path file : files.toList()) {
        Files.move(file, to.resolve(file.getFileName()));
      }
    }
  }
}
