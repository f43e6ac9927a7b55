package io.bergview.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.fixtures.Progress;
import io.bergview.fixtures.Shop;
import io.bergview.history.TicksMissed;
import io.bergview.query.QueryResult;
import io.bergview.query.ResultOrigin;
import io.bergview.refresh.RefreshKind;
import io.bergview.refresh.RefreshProgress;
import io.bergview.refresh.RefreshRequest;
import io.bergview.refresh.RefreshResult;
import io.bergview.staleness.Freshness;
import io.bergview.upkeep.schedule.DueView;
import io.bergview.upkeep.schedule.DueView.DueStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A view that appends, asked and refreshed as it is due. */
class HistoryViewTest {
  private static final String GROUPS =
      "$from: Order\n$groupBy: [status]\n$compute: {orders: {$count: '*'}}\n";

  @TempDir private Path folder;
  private Bergview bergview;

  @BeforeEach
  void shop() {
    Map<String, String> files = new LinkedHashMap<>(Projects.in("types", Shop.entityTypes()));
    files.put(
        "views/History.yaml",
        "$type: History\n"
            + GROUPS
            + "$refresh: {mode: scheduled, schedule: '@hourly', strategy: append}\n");
    files.put(
        "views/Hourly.yaml",
        "$type: Hourly\n"
            + GROUPS
            + "$refresh: {mode: scheduled, schedule: '@hourly', gracePeriod: 1h}\n");
    bergview = Projects.create(folder, "settings: {memory-limit: 512MiB, threads: 2}\n", files);
    Shop.generate(bergview.catalog("lake"), new Shop.Options(0.02, 3), Progress.SILENT);
    bergview.apply();
  }

  @AfterEach
  void close() {
    bergview.close();
  }

  private static List<List<Object>> rows(QueryResult answer) throws IOException {
    List<List<Object>> rows = new ArrayList<>();
    try (answer) {
      answer.forEachRow(row -> rows.add(new ArrayList<>(row)));
    }
    return rows;
  }

  @Test
  void appendingViewAnswersOnlyForItselfEvenIfStale() throws IOException {
    bergview.refreshView(RefreshRequest.of("History"));
    Shop.change(bergview.catalog("lake"), 7);
    bergview.refreshView(RefreshRequest.of("History"));
    Shop.change(bergview.catalog("lake"), 8);
    assertThat(bergview.getViewState("History").state()).isEqualTo(Freshness.STALE);

    QueryResult answer = bergview.find("History").answer();
    assertThat(answer.origin().by()).isEqualTo(ResultOrigin.AnsweredBy.VIEW);
    assertThat(answer.schema().columns().get(0).name()).isEqualTo("_refreshed_at");
    List<List<Object>> rows = rows(answer);
    assertThat(rows.stream().map(row -> row.get(0)).distinct()).hasSize(2);

    QueryResult grouped =
        bergview.find("Order").groupBy("status").compute("{n: {$count: '*'}}").answer();
    assertThat(grouped.origin().by()).isEqualTo(ResultOrigin.AnsweredBy.SOURCES);
    grouped.close();
    bergview.refreshView(RefreshRequest.of("History"));
    try (QueryResult routed =
        bergview.find("Order").groupBy("status").compute("{n: {$count: '*'}}").answer()) {
      assertThat(routed.origin().by())
          .as("fresh, and still not asked")
          .isEqualTo(ResultOrigin.AnsweredBy.SOURCES);
    }
  }

  @Test
  void missedTicksAreInTheHistoryOnce() {
    Instant tick = Instant.now().truncatedTo(ChronoUnit.HOURS).plus(Duration.ofHours(1));
    List<Instant> calls = List.of(tick.plusSeconds(7_300), tick.plusSeconds(7_400));
    for (Instant call : calls) {
      try (Bergview later =
          Bergview.open(
              folder,
              new BergviewOptions(Clock.fixed(call, ZoneOffset.UTC), RefreshProgress.SILENT))) {
        assertThat(later.refreshDue().failures()).isEmpty();
        assertThat(later.history("History", 10))
            .filteredOn(TicksMissed.class::isInstance)
            .singleElement()
            .satisfies(
                entry -> {
                  assertThat(entry.time()).isEqualTo(calls.get(0));
                  assertThat(entry.toJson().path("what").asText()).isEqualTo("ticks-missed");
                  assertThat(entry.toJson().path("first").asText()).isEqualTo(tick.toString());
                  assertThat(entry.toJson().path("ticks").asInt()).isEqualTo(2);
                  assertThat(entry.toJson().path("caughtUp").asText())
                      .isEqualTo(tick.plusSeconds(7_200).toString());
                });
      }
    }
    bergview.dropView("History");
    bergview.apply();
    assertThat(bergview.history("History", 10)).noneMatch(TicksMissed.class::isInstance);
  }

  @Test
  void concurrentDueCallsRefreshOnce() throws Exception {
    assertThat(bergview.refreshDue().done())
        .extracting(RefreshResult::view)
        .containsExactly("Hourly");
    Shop.change(bergview.catalog("lake"), 7);
    Instant tick = Instant.now().truncatedTo(ChronoUnit.HOURS).plus(Duration.ofHours(1));
    BergviewOptions later =
        new BergviewOptions(
            Clock.fixed(tick.plusSeconds(60), ZoneOffset.UTC), RefreshProgress.SILENT);
    List<Bergview> callers = new ArrayList<>();
    ExecutorService threads = Executors.newFixedThreadPool(3);
    try {
      for (int i = 0; i < 3; i++) {
        callers.add(Bergview.open(folder, later));
      }
      assertThat(callers.get(0).dueViews())
          .extracting(DueView::verdict)
          .containsExactly(DueStatus.DUE, DueStatus.DUE);
      List<Callable<List<RefreshResult>>> calls = new ArrayList<>();
      callers.forEach(
          caller ->
              calls.add(
                  () -> {
                    var outcome = caller.refreshDue();
                    assertThat(outcome.failures()).isEmpty();
                    return outcome.done();
                  }));
      List<RefreshResult> done = new ArrayList<>();
      for (Future<List<RefreshResult>> call : threads.invokeAll(calls)) {
        done.addAll(call.get());
      }
      assertThat(done)
          .filteredOn(result -> result.view().equals("History"))
          .extracting(RefreshResult::kind)
          .containsOnlyOnce(RefreshKind.APPEND);
      assertThat(done)
          .filteredOn(result -> result.view().equals("Hourly") && result.kind() != RefreshKind.SKIP)
          .hasSize(1);
      assertThat(callers.get(0).dueViews())
          .extracting(DueView::verdict)
          .containsExactly(DueStatus.NOT_DUE, DueStatus.NOT_DUE);
      assertThat(rows(callers.get(0).find("History").answer()).stream().map(row -> row.get(0)))
          .isNotEmpty()
          .containsOnly(tick.atOffset(ZoneOffset.UTC));
    } finally {
      threads.shutdownNow();
      callers.forEach(Bergview::close);
    }
  }
}
