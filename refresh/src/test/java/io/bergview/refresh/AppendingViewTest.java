package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.catalog.lineage.LastBatch;
import io.bergview.define.alter.ViewAlteration;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.RefusedException;
import io.bergview.fixtures.Compaction;
import io.bergview.fixtures.CopyOnWrite;
import io.bergview.fixtures.LiveRows;
import io.bergview.fixtures.RowContents;
import io.bergview.fixtures.RowFiles;
import io.bergview.maintain.MaintenanceRequest;
import io.bergview.maintain.ViewMaintenance;
import io.bergview.projection.plan.ResolvedView;
import io.bergview.refresh.FaultyCatalog.Fault;
import io.bergview.refresh.explain.ViewExplanation;
import io.bergview.staleness.Freshness;
import io.bergview.verify.VerifyOptions;
import io.bergview.verify.VerifyResult;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expressions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code strategy: append}: every tick adds the whole result, once. */
@Tag("contract")
class AppendingViewTest {
  private static final String APPENDS =
      "$refresh: {mode: scheduled, schedule: '0 * * * *', strategy: append}\n";
  private static final Instant ONE = Instant.parse("2026-05-01T01:00:00Z");
  private static final Instant TWO = Instant.parse("2026-05-01T02:00:00Z");
  private static final Instant THREE = Instant.parse("2026-05-01T03:00:00Z");
  private static final String VIEW = "StatusTotals";

  @TempDir Path folder;
  private TestProject project;
  private SmallShop shop;

  @BeforeEach
  void open() {
    project = TestProject.withFaultyCommits(folder);
    shop = SmallShop.filled(project);
    project.define(VIEW, SmallShop.STATUS_TOTALS + APPENDS);
  }

  @AfterEach
  void close() {
    project.close();
  }

  private RefreshResult tick(Instant scheduled) {
    return tick(VIEW, scheduled);
  }

  private RefreshResult tick(String view, Instant scheduled) {
    RefreshOutcome outcome = project.refresh(RefreshRequest.due(Map.of(view, scheduled)));
    assertThat(outcome.failures()).isEmpty();
    return outcome.done().get(0);
  }

  private static OffsetDateTime at(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }

  private List<Map<String, @Nullable Object>> batch(String view, Instant scheduled) {
    return project.contents(view).stream()
        .filter(row -> at(scheduled).equals(row.get(ResolvedView.REFRESHED_AT)))
        .peek(row -> row.remove(ResolvedView.REFRESHED_AT))
        .toList();
  }

  private List<Map<String, @Nullable Object>> result() {
    project.define("Now", SmallShop.STATUS_TOTALS);
    project.refresh("Now");
    return project.contents("Now");
  }

  @Test
  void maintenanceForgetsNoBatchAndRepeatsNone() {
    for (int hour = 0; hour < 6; hour++) {
      tick(ONE.plus(Duration.ofHours(hour)));
    }
    Instant last = ONE.plus(Duration.ofHours(5));
    List<Map<String, @Nullable Object>> before = project.contents(VIEW);
    ViewMaintenance maintenance = project.maintenance(Duration.ofDays(30));
    MaintenanceRequest request = MaintenanceRequest.of(VIEW);
    assertThat(maintenance.compact(request).done().get(0).filesRewritten()).isEqualTo(6);
    assertThat(maintenance.vacuum(request).done().get(0).freed().snapshots()).isPositive();
    assertThat(project.contents(VIEW)).containsExactlyInAnyOrderElementsOf(before);
    assertThat(LastBatch.of(project.tableOf(VIEW))).contains(last);
    assertThat(tick(last).kind()).isEqualTo(RefreshKind.SKIP);
    assertThat(tick(last.plus(Duration.ofHours(1))).rowsAdded()).isEqualTo(3);
    assertThat(project.verify(VIEW).equal()).isTrue();
  }

  @Test
  void everyTickAddsTheWholeResultFreshOrNot() {
    assertThat(tick(ONE).kind()).isEqualTo(RefreshKind.APPEND);
    List<Map<String, @Nullable Object>> first = result();
    assertThat(tick(TWO).rowsAdded()).isEqualTo(3);
    shop.addOrder(20);
    assertThat(project.state(VIEW).state()).isEqualTo(Freshness.STALE);
    RefreshResult third = tick(THREE);

    assertThat(third.reason()).isEqualTo("BATCH");
    assertThat(third.rowsRemoved()).isZero();
    assertThat(batch(VIEW, ONE)).containsExactlyInAnyOrderElementsOf(first);
    assertThat(batch(VIEW, TWO)).containsExactlyInAnyOrderElementsOf(first);
    assertThat(batch(VIEW, THREE)).containsExactlyInAnyOrderElementsOf(result());
    assertThat(project.rows(VIEW)).hasSize(9);
    assertThat(project.state(VIEW).state()).isEqualTo(Freshness.FRESH);
    assertThat(project.tableOf(VIEW).schema().columns().get(0).name()).isEqualTo("_refreshed_at");
    for (Snapshot snapshot : project.tableOf(VIEW).snapshots()) {
      assertThat(snapshot.operation()).isEqualTo(DataOperations.APPEND);
    }
  }

  @Test
  void aTickIsAddedOnceAndNoneIsAddedLate() {
    tick(TWO);
    long snapshot = project.tableOf(VIEW).currentSnapshot().snapshotId();

    RefreshResult again = tick(TWO);
    assertThat(again.kind()).isEqualTo(RefreshKind.SKIP);
    assertThat(again.reason()).isEqualTo("BATCH_IS_THERE");
    assertThat(tick(ONE).reason()).isEqualTo("BATCH_IS_THERE");
    assertThat(project.tableOf(VIEW).currentSnapshot().snapshotId()).isEqualTo(snapshot);
    assertThat(project.rows(VIEW)).hasSize(3);
  }

  @Test
  void ofTwoProcessesWithOneTickOneAddsIt() {
    tick(ONE);
    try (TestProject other = TestProject.open(folder)) {
      PhaseHook racing =
          PhaseHook.committing(
              () ->
                  assertThat(other.refresh(RefreshRequest.due(Map.of(VIEW, TWO))).done())
                      .extracting(RefreshResult::kind)
                      .containsExactly(RefreshKind.APPEND));
      RefreshOutcome outcome =
          project.refresher(racing).refresh(RefreshRequest.due(Map.of(VIEW, TWO)));

      assertThat(racing.happened()).isTrue();
      assertThat(outcome.done()).extracting(RefreshResult::kind).containsExactly(RefreshKind.SKIP);
    }
    assertThat(batch(VIEW, TWO)).hasSize(3);
    assertThat(project.rows(VIEW)).hasSize(6);
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {"LANDS_UNKNOWN", "LOST_UNKNOWN"})
  void aTickIsAddedOnceAlsoWhereTheCatalogDoesNotSayWhetherItWas(Fault fault) {
    tick(ONE);
    PhaseHook losing = PhaseHook.committing(() -> FaultyCatalog.failNext(fault));
    project.refresher(losing).refresh(RefreshRequest.due(Map.of(VIEW, TWO)));

    assertThat(FaultyCatalog.failed()).isTrue();
    assertThat(batch(VIEW, TWO)).hasSize(3);
    assertThat(tick(TWO).kind()).isEqualTo(RefreshKind.SKIP);
    assertThat(project.rows(VIEW)).hasSize(6);
  }

  @Test
  void manualRefreshAddsABatchOfNow() {
    Instant before = Instant.now();
    assertThat(project.refresh(VIEW).kind()).isEqualTo(RefreshKind.APPEND);

    Instant batch = LastBatch.of(project.tableOf(VIEW)).orElseThrow();
    assertThat(batch).isBetween(before.minusMillis(1), Instant.now());
    assertThat(batch(VIEW, batch)).hasSize(3);
    assertThat(project.refreshFully(VIEW).kind()).isEqualTo(RefreshKind.APPEND);
    assertThat(project.rows(VIEW)).hasSize(6);
  }

  @Test
  void aDownstreamViewReadsAllBatchesAndTriggersNone() {
    tick(ONE);
    project.define(
        "History",
        """
        $from: StatusTotals
        $groupBy: [_refreshed_at]
        $compute: {all_orders: {$sum: orders}}
        """);
    project.define("Copy", "$from: StatusTotals\n");
    project.refresh("History");
    project.refresh("Copy");
    shop.addOrder(20);
    tick(TWO);
    RefreshOutcome outcome = project.refresh(RefreshRequest.of("History", "Copy").withUpstream());

    assertThat(outcome.failures()).isEmpty();
    assertThat(outcome.done())
        .extracting(RefreshResult::view, RefreshResult::reason)
        .contains(org.assertj.core.groups.Tuple.tuple(VIEW, "NOT_DUE"));
    assertThat(project.contents("History"))
        .containsExactlyInAnyOrder(
            Map.of("_refreshed_at", at(ONE), "all_orders", 5L),
            Map.of("_refreshed_at", at(TWO), "all_orders", 6L));
    assertThat(project.contents("Copy"))
        .containsExactlyInAnyOrderElementsOf(project.contents(VIEW));
    assertThat(project.lineageOf("Copy").refresh().orElseThrow().kind()).isEqualTo("append");
    assertThat(project.verify("Copy").equal()).isTrue();
  }

  @Test
  void asAnUpstreamViewItGetsItsFirstBatch() {
    project.define("Copy", "$from: StatusTotals\n");
    project.refresh(RefreshRequest.of("Copy").withUpstream());

    assertThat(project.rows("Copy")).hasSize(3);
  }

  @Test
  void itsDefinitionMayChangeAndEarlierBatchesStay() {
    tick(ONE);
    project.define(
        VIEW,
        """
        $from: Order
        $groupBy: [status]
        $compute: {orders: {$count: '*'}, most: {$max: total}}
        """
            + APPENDS);
    assertThat(tick(ONE).reason()).isEqualTo("BATCH_IS_THERE");
    assertThat(tick(TWO).kind()).isEqualTo(RefreshKind.APPEND);

    assertThat(batch(VIEW, ONE)).hasSize(3).allSatisfy(row -> assertThat(row.get("most")).isNull());
    assertThat(batch(VIEW, TWO))
        .extracting(row -> row.get("most"))
        .contains(new BigDecimal("12.50"));
    assertThat(project.contents(VIEW)).hasSize(6).noneMatch(row -> row.containsKey("revenue"));
  }

  @Test
  void fromReplacingToAppendingAndBackNoRowIsLeftOfTheOtherKind() {
    project.define("V", SmallShop.ORDER_VIEW);
    project.refresh("V");
    ViewAlteration appending =
        ViewAlteration.of("V")
            .set("refresh.mode", "scheduled")
            .set("refresh.schedule", "@daily")
            .set("refresh.strategy", "append");
    project.altering().alter(appending);
    RefreshResult first = tick("V", ONE);
    assertThat(first.kind()).isEqualTo(RefreshKind.FULL);
    assertThat(first.rowsRemoved()).isEqualTo(5);
    assertThat(tick("V", ONE).kind()).isEqualTo(RefreshKind.SKIP);
    assertThat(tick("V", TWO).kind()).isEqualTo(RefreshKind.APPEND);
    assertThat(project.rows("V")).hasSize(10);

    project.altering().alter(ViewAlteration.of("V").set("refresh.strategy", "replace"));
    assertThat(project.refresh("V").kind()).isEqualTo(RefreshKind.FULL);
    assertThat(project.rows("V")).hasSize(5);
    assertThat(project.contents("V")).noneMatch(row -> row.containsKey("_refreshed_at"));
    assertThat(LastBatch.of(project.tableOf("V"))).isEmpty();
  }

  @Test
  void theLastBatchIsKnownAfterCompactionExpiryAndChangesOfSettings() {
    tick(ONE);
    tick(TWO);
    project.altering().alter(ViewAlteration.of(VIEW).set("refresh.gracePeriod", "5m"));
    assertThat(tick(TWO).reason()).isEqualTo("BATCH_IS_THERE");
    Compaction.rewrite(project.tableOf(VIEW));
    Table table = project.tableOf(VIEW);
    table.expireSnapshots().expireOlderThan(System.currentTimeMillis() + 1).retainLast(1).commit();

    assertThat(tick(TWO).reason()).isEqualTo("BATCH_IS_THERE");
    assertThat(project.verify(VIEW).equal()).isTrue();
    assertThat(tick(THREE).kind()).isEqualTo(RefreshKind.APPEND);
    assertThat(project.rows(VIEW)).hasSize(9);
  }

  @ParameterizedTest
  @ValueSource(strings = {"olap", "oltp"})
  void theLastBatchIsVerifiedAndRepaired(String projection) {
    project.define("V", "$projection: " + projection + "\n" + SmallShop.STATUS_TOTALS + APPENDS);
    tick("V", ONE);
    shop.addOrder(20);
    tick("V", TWO);
    List<Map<String, @Nullable Object>> right = batch("V", TWO);
    assertThat(project.verify("V").rowsCompared()).isEqualTo(3);
    assertThat(project.verify("V").equal()).isTrue();
    Compaction.falsify(
        project.tableOf("V"),
        rows -> {
          List<Record> wrong = new ArrayList<>();
          for (Record row : rows) {
            Record copy = row.copy();
            if ("paid".equals(row.getField("status"))) {
              copy.setField("orders", 77L);
            }
            wrong.add(copy);
          }
          return wrong;
        });

    VerifyResult found = project.verify("V", VerifyOptions.defaults().repairing());
    assertThat(found.different()).isEqualTo(1);
    assertThat(found.repaired().orElseThrow().rowsRemoved()).isEqualTo(1);
    assertThat(batch("V", TWO)).containsExactlyInAnyOrderElementsOf(right);
    assertThat(batch("V", ONE)).extracting(row -> row.get("orders")).contains(77L);
    assertThat(project.verify("V").equal()).isTrue();
    assertThat(tick("V", TWO).reason()).isEqualTo("BATCH_IS_THERE");
    assertThat(tick("V", THREE).kind()).isEqualTo(RefreshKind.APPEND);
  }

  @Test
  void rowsWithoutKeyAreVerifiedAndNotRepaired() {
    project.write("types/keyless.yaml", "$type: Loose\n$table: shop.orders\n");
    project.define("V", "$from: Loose\n" + APPENDS);
    tick("V", ONE);
    tick("V", TWO);

    assertThat(project.verify("V").equal()).isTrue();
    assertThatThrownBy(() -> project.verify("V", VerifyOptions.defaults().repairing()))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("no key");
  }

  @Test
  void rowsOfOthersAreRefusedUntilTheyArePutUpWith() {
    tick(ONE);
    Table table = project.tableOf(VIEW);
    RowFiles.append(table, List.of(LiveRows.of(table).get(0)));

    assertThat(project.failure(VIEW).code()).isEqualTo(ErrorCode.FOREIGN_WRITES);
    assertThat(project.refreshFully(VIEW).kind()).isEqualTo(RefreshKind.APPEND);
    assertThat(project.rows(VIEW)).hasSize(7);
    assertThat(project.verify(VIEW).equal()).isTrue();
  }

  @Test
  void itsTableMayBePartitionedByTheDayOfTheBatch() {
    project.define("V", SmallShop.ORDER_VIEW + APPENDS + "$partitionBy: [{day: _refreshed_at}]\n");
    tick("V", ONE);
    tick("V", Instant.parse("2026-05-02T01:00:00Z"));

    assertThat(project.tableOf("V").spec().isPartitioned()).isTrue();
    assertThat(project.dataFiles("V")).hasSize(2);
    assertThat(
            RowContents.of(
                LiveRows.of(project.tableOf("V")).stream()
                    .filter(row -> at(ONE).equals(row.getField("_refreshed_at")))
                    .toList()))
        .hasSize(5);
  }

  @Test
  void itExplainsItself() {
    tick(ONE);
    ViewExplanation explained = project.explain(VIEW);

    assertThat(explained.key()).containsExactly("_refreshed_at", "status");
    assertThat(explained.columns().get(0).name()).isEqualTo("_refreshed_at");
    assertThat(explained.effects()).isEmpty();
    assertThat(explained.refreshNow().kind()).isEqualTo(RefreshKind.APPEND);
    assertThat(explained.refreshNow().reason()).isEqualTo("BATCH");
    CopyOnWrite.delete(shop.orders(), Expressions.equal("order_id", 10));
    assertThat(project.refresh(RefreshRequest.of(VIEW).dry()).done())
        .extracting(RefreshResult::kind)
        .containsExactly(RefreshKind.APPEND);
    assertThat(project.rows(VIEW)).hasSize(3);
  }
}
