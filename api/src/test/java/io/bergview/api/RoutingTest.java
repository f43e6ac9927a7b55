package io.bergview.api;

import static io.bergview.api.Projects.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.errors.UsageException;
import io.bergview.fixtures.CopyOnWrite;
import io.bergview.fixtures.Progress;
import io.bergview.fixtures.Shop;
import io.bergview.query.QueryResult;
import io.bergview.query.ResultOrigin.AnsweredBy;
import io.bergview.query.Routing;
import io.bergview.query.Routing.CandidateStatus;
import io.bergview.query.Routing.RoutingCandidate;
import io.bergview.refresh.RefreshRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.expressions.Expressions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Queries about orders, answered by views of them; only one test changes them, and its own. */
class RoutingTest {
  private static final String ALL =
      "{n: {$count: '*'}, sum: {$sum: total}, least: {$min: total}, most: {$max: total}, mean:"
          + " {$avg: total}}";

  @TempDir private static Path shared;
  private static Bergview bergview;

  @BeforeAll
  static void open() {
    bergview = shop(shared);
  }

  @AfterAll
  static void close() {
    bergview.close();
  }

  /** Orders and their views, fresh. */
  private static Bergview shop(Path folder) {
    Map<String, String> files = new LinkedHashMap<>(Projects.in("types", Shop.entityTypes()));
    files.put(
        "views/Daily.yaml",
        """
        $type: Daily
        $from: Order
        $groupBy: [status, customer.tier, {day: created_at}]
        $compute:
          orders: {$count: '*'}
          revenue: {$sum: total}
          smallest: {$min: total}
          largest: {$max: total}
          average: {$avg: total}
          spread: {$stddev: total}
          buyers: {$countDistinct: customer_id}
          latest: {$last: order_id, $orderBy: created_at}
        """);
    files.put(
        "views/Settled.yaml",
        """
        $type: Settled
        $from: Order
        $filter: {status: {$in: [paid, shipped]}}
        $expand: [customer]
        """);
    Bergview shop = Projects.create(folder, "settings: {memory-limit: 1GiB, threads: 2}\n", files);
    Shop.generate(shop.catalog("lake"), new Shop.Options(0.05, 7), Progress.SILENT);
    shop.apply();
    shop.refreshView(RefreshRequest.ofAll());
    return shop;
  }

  private static Find orders() {
    return bergview.find("Order");
  }

  private static RoutingCandidate of(Routing routing, String view) {
    return routing.candidates().stream()
        .filter(candidate -> candidate.view().orElse("(sources)").equals(view))
        .findFirst()
        .orElseThrow();
  }

  /** Who answers and how, once the answer is seen to be that of the tables. */
  private static String answered(Find find) {
    assertThat(rows(find)).isNotEmpty().isEqualTo(rows(find.withoutRoute()));
    RoutingCandidate chosen = find.explain().chosen().orElseThrow();
    try (QueryResult answer = find.answer()) {
      AnsweredBy by = chosen.view().isPresent() ? AnsweredBy.VIEW : AnsweredBy.SOURCES;
      assertThat(answer.origin().by()).isEqualTo(by);
      assertThat(answer.origin().state().map(state -> state.view())).isEqualTo(chosen.view());
    }
    return chosen.view().orElse("(sources)") + ": " + chosen.why();
  }

  @Test
  void groupsThatTheViewHasAreItsOwn() {
    Find find =
        orders()
            .groupBy("day(created_at)", "customer.tier", "status")
            .compute(
                "{buyers: {$countDistinct: customer_id}, last: {$last: order_id, $orderBy:"
                    + " created_at}, most: {$max: total}}")
            .sort("created_at_day", "customer_tier", "status");
    assertThat(answered(find)).isEqualTo("Daily: fresh; its groups are the answer's");
  }

  @ParameterizedTest
  @CsvSource({
    "status",
    "customer.tier",
    "month(created_at)",
    "quarter(created_at)",
    "week(created_at)",
    "year(created_at)",
    "''"
  })
  void largerGroupsAreRolledUp(String key) {
    Find find = orders().filter("{customer.tier: {$ne: none}}").groupBy(key).compute(ALL);
    Find sorted = key.isEmpty() ? find : find.sort("n", "sum");
    assertThat(answered(sorted)).isEqualTo("Daily: fresh; its groups are rolled up");
  }

  /** Five hundred orders are not many more than the groups of a day, of which more is kept. */
  @Test
  void oneTableAnswersItselfWhereLessIsReadOfIt() {
    Find find = orders().groupBy("status").compute(ALL);
    assertThat(answered(find.sort("status"))).isEqualTo("(sources): reads less than any view");
    assertThat(of(find.explain(), "Daily").verdict()).isEqualTo(CandidateStatus.DEARER);
  }

  @Test
  void varianceIsRolledUp() {
    Find find =
        orders()
            .filter("{customer.tier: {$ne: none}}")
            .groupBy("status")
            .compute("{sd: {$stddev: total}}")
            .sort("status");
    List<Map<String, Object>> routed = rows(find);
    List<Map<String, Object>> unrouted = rows(find.withoutRoute());
    assertThat(find.explain().chosen().orElseThrow().view()).contains("Daily");
    assertThat(routed).hasSameSizeAs(unrouted);
    for (int i = 0; i < routed.size(); i++) {
      double expected = (Double) unrouted.get(i).get("sd");
      assertThat((Double) routed.get(i).get("sd"))
          .isCloseTo(expected, org.assertj.core.data.Offset.offset(1e-9 * expected));
    }
  }

  @Test
  void filtersOfKeysAreAnsweredFromGroups() {
    Find find =
        orders()
            .filter("{customer.tier: gold, status: {$ne: draft}}")
            .groupBy("status")
            .compute(ALL)
            .sort("status");
    assertThat(answered(find)).isEqualTo("Daily: fresh; its groups are rolled up");
  }

  /** Days are asked for where a range of time begins and ends with days. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{$gte: '2026-01-10T00:00:00Z', $lt: '2026-02-01T00:00:00Z'}",
        "{$gte: '2026-01-11T00:00:00Z'}",
        "{$lt: '2026-02-20T00:00:00Z'}",
      })
  void rangesOfWholeDaysAreAnsweredFromDailyGroups(String range) {
    Find find =
        orders()
            .filter("{created_at: %s, customer.tier: {$ne: none}}".formatted(range))
            .groupBy("month(created_at)", "status")
            .compute(ALL)
            .sort("created_at_month", "status");
    assertThat(answered(find)).isEqualTo("Daily: fresh; its groups are rolled up");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"{$gte: '2025-03-01T00:00:01Z'}", "{$gt: '2025-03-01T00:00:00Z'}"})
  void rangesThatCutADayAreNot(String range) {
    Find find =
        orders()
            .filter("{created_at: %s, customer.tier: {$ne: none}}".formatted(range))
            .groupBy("status")
            .compute(ALL)
            .sort("status");
    assertThat(of(find.explain(), "Daily").why()).contains("groups that the filter would split");
  }

  @Test
  void rowsOfAViewAnswerWhereItsFilterIsImplied() {
    Find find =
        orders()
            .filter("{status: paid, total: {$gt: 2000}}")
            .select("order_id", "customer.name", "total")
            .sort("order_id");
    assertThat(answered(find)).isEqualTo("Settled: fresh; its rows are the answer's");
    Find grouped =
        orders()
            .filter("{status: {$in: [shipped, paid]}}")
            .groupBy("customer.name")
            .compute(ALL)
            .sort("customer_name");
    assertThat(answered(grouped)).isEqualTo("Settled: fresh; its rows are grouped");
  }

  @Test
  void whatAViewLacksIsSaid() {
    Routing unfiltered = orders().include("customer").explain();
    assertThat(of(unfiltered, "Settled").why()).contains("excludes rows");
    assertThat(of(unfiltered, "Daily").why()).contains("has groups, but");
    Routing distinct =
        orders().groupBy("status").compute("{b: {$countDistinct: customer_id}}").explain();
    assertThat(of(distinct, "Daily").why()).contains("cannot be put together");
    Routing inside = orders().filter("{total: {$gt: 10}}").groupBy("status").compute(ALL).explain();
    assertThat(of(inside, "Daily").why()).contains("groups that the filter would split");
    Routing address = orders().filter("{status: paid}").include("customer.address").explain();
    assertThat(of(address, "Settled"))
        .extracting(RoutingCandidate::verdict)
        .isEqualTo(CandidateStatus.LACKS);
    assertThat(of(address, "Settled").why()).contains("does not keep customer_address_");
    assertThat(of(address, "(sources)").verdict()).isEqualTo(CandidateStatus.CHOSEN);
  }

  @Test
  void aViewThatIsStaleAnswersOnlyWhereTheQueryAllowsIt(@TempDir Path folder) {
    try (Bergview changing = shop(folder)) {
      aStaleViewAnswersOnlyWhereTheQueryAllowsIt(changing);
    }
  }

  private static void aStaleViewAnswersOnlyWhereTheQueryAllowsIt(Bergview bergview) {
    Find find =
        bergview
            .find("Order")
            .filter("{customer.tier: {$ne: none}}")
            .groupBy("status")
            .compute("{n: {$count: '*'}}")
            .sort("status");
    List<Map<String, Object>> before = rows(find);
    CopyOnWrite.delete(
        bergview.catalog("lake").loadTable(TableIdentifier.of("shop", "orders")),
        Expressions.equal("status", "paid"));
    assertThat(of(find.explain(), "Daily").verdict()).isEqualTo(CandidateStatus.STALE);
    assertThat(rows(find)).isNotEqualTo(before).isEqualTo(rows(find.withoutRoute()));
    assertThat(of(find.maxStaleness(Duration.ofHours(1)).explain(), "Daily").verdict())
        .isEqualTo(CandidateStatus.CHOSEN);
    assertThat(rows(find.maxStaleness(Duration.ofHours(1)))).isEqualTo(before);
    assertThat(of(find.maxStaleness(Duration.ZERO).explain(), "Daily").verdict())
        .isEqualTo(CandidateStatus.STALE);
    bergview.refreshView(RefreshRequest.ofAll());
    assertThat(of(find.explain(), "Daily").verdict()).isEqualTo(CandidateStatus.CHOSEN);
    assertThat(rows(find)).isEqualTo(rows(find.withoutRoute()));
  }

  @Test
  void thePastIsNotRouted() {
    Find find = orders().groupBy("status").compute("{n: {$count: '*'}}");
    String snapshot =
        Long.toString(
            bergview
                .catalog("lake")
                .loadTable(TableIdentifier.of("shop", "orders"))
                .currentSnapshot()
                .snapshotId());
    try (QueryResult answer = find.asOf(snapshot).answer()) {
      assertThat(answer.origin().by()).isEqualTo(AnsweredBy.SOURCES);
      assertThat(answer.origin().routing()).isEmpty();
    }
  }

  @Test
  void stalenessThatMeansNothingIsRefused() {
    Find find = orders().staleOk();
    assertThatThrownBy(() -> find.maxStaleness(Duration.ofHours(1)))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("--max-staleness");
    assertThatThrownBy(() -> orders().maxStaleness(Duration.ofHours(-1)))
        .isInstanceOf(UsageException.class);
  }
}
