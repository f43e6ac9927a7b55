package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.catalog.lineage.RefreshRecord;
import io.bergview.fixtures.Compaction;
import io.bergview.fixtures.CopyOnWrite;
import io.bergview.history.ViewEvent;
import io.bergview.history.ViewHistory;
import io.bergview.staleness.Reason;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expressions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a refresh has seen may expire after it, whatever was compacted in between. */
@Tag("contract")
class CompactedSourcesTest {
  private static final String VIEW = "OrderView";

  @TempDir Path folder;
  private TestProject project;
  private SmallShop shop;

  @BeforeEach
  void open() {
    project = TestProject.create(folder, TestProject.SQLITE);
    shop = SmallShop.filled(project);
    shop.addOrder(20);
    project.define(VIEW, SmallShop.ORDER_VIEW);
    project.refresh(VIEW);
  }

  @AfterEach
  void close() {
    project.close();
  }

  private static void expire(Table table) {
    table.expireSnapshots().expireOlderThan(Long.MAX_VALUE).retainLast(1).commit();
  }

  private void compactTwice() {
    Compaction.rewrite(shop.orders());
    Compaction.rewrite(shop.orders());
  }

  private void skipsAndAdvances(String view) {
    RefreshResult result = project.refresh(view);
    assertThat(result.kind()).isEqualTo(RefreshKind.SKIP);
    assertThat(result.reason()).isEqualTo("ONLY_COMPACTION");
    assertThat(result.snapshotId())
        .isEqualTo(project.tableOf(view).currentSnapshot().snapshotId())
        .isEqualTo(project.lineageOf(view).snapshotId());
  }

  private void skipsWithoutCommit(String view, String reason) {
    long before = project.tableOf(view).currentSnapshot().snapshotId();
    RefreshResult result = project.refresh(view);
    assertThat(result.kind()).isEqualTo(RefreshKind.SKIP);
    assertThat(result.reason()).isEqualTo(reason);
    assertThat(project.tableOf(view).currentSnapshot().snapshotId()).isEqualTo(before);
  }

  @Test
  void expiryAfterACompactionThatARefreshHasSeenNeedsNoRecompute() {
    Compaction.rewrite(shop.orders());
    skipsAndAdvances(VIEW);
    Compaction.rewrite(shop.orders());
    skipsAndAdvances(VIEW);
    expire(shop.orders());
    assertThat(project.state(VIEW).reason()).isEqualTo(Reason.UP_TO_DATE);
    skipsWithoutCommit(VIEW, "UP_TO_DATE");
    shop.addOrder(21);
    assertThat(project.refresh(VIEW).kind()).isEqualTo(RefreshKind.APPEND);
    shop.assertOrderViewIsRight();
  }

  @Test
  void theLineageAdvancesOnceForACompaction() {
    compactTwice();
    skipsAndAdvances(VIEW);
    assertThat(SmallShop.snapshotOf("orders", project.lineageOf(VIEW).lineage()))
        .isEqualTo(shop.orders().currentSnapshot().snapshotId());
    skipsWithoutCommit(VIEW, "UP_TO_DATE");
    shop.assertOrderViewIsRight();
    assertThat(project.verify(VIEW).equal()).isTrue();
  }

  @Test
  void aDryRunCommitsNothing() {
    compactTwice();
    long before = project.tableOf(VIEW).currentSnapshot().snapshotId();
    RefreshResult result = project.refresh(RefreshRequest.of(VIEW).dry()).done().get(0);
    assertThat(result.kind()).isEqualTo(RefreshKind.SKIP);
    assertThat(result.reason()).isEqualTo("ONLY_COMPACTION");
    assertThat(result.snapshotId()).isEqualTo(before);
    assertThat(project.tableOf(VIEW).currentSnapshot().snapshotId()).isEqualTo(before);
  }

  @Test
  void historyListsIt() {
    compactTwice();
    project.refresh(VIEW);
    ViewEvent event = ViewHistory.of(project.tableOf(VIEW), 1).get(0);
    assertThat(event.what()).isEqualTo(ViewEvent.EventKind.REFRESH);
    assertThat(event.refresh().map(RefreshRecord::kind)).isEqualTo(Optional.of("skip"));
    assertThat(event.refresh().map(RefreshRecord::reason)).contains("ONLY_COMPACTION");
    assertThat(event.sources())
        .extracting(ViewEvent.Source::snapshotId)
        .contains(shop.orders().currentSnapshot().snapshotId());
  }

  @Test
  void rollingACompactionBackAdvancesItToo() {
    long before = shop.orders().currentSnapshot().snapshotId();
    Compaction.rewrite(shop.orders());
    project.refresh(VIEW);
    shop.orders().manageSnapshots().rollbackTo(before).commit();
    skipsAndAdvances(VIEW);
    expire(shop.orders());
    skipsWithoutCommit(VIEW, "UP_TO_DATE");
  }

  @Test
  void strictViewsAdvance() {
    project.define("Strict", SmallShop.ORDER_VIEW + "$refresh: {policy: strict}\n");
    project.refresh("Strict");
    compactTwice();
    skipsAndAdvances("Strict");
    expire(shop.orders());
    shop.addOrder(21);
    assertThat(project.refresh("Strict").kind()).isEqualTo(RefreshKind.APPEND);
  }

  @Test
  void pinsMoveOnWithIt() {
    project.define("Pinned", SmallShop.ORDER_VIEW + "$refresh: {pin: true}\n");
    project.refresh("Pinned");
    compactTwice();
    skipsAndAdvances("Pinned");
    assertThat(shop.orders().refs().values().stream().filter(SnapshotRef::isTag))
        .extracting(SnapshotRef::snapshotId)
        .containsExactly(shop.orders().currentSnapshot().snapshotId());
  }

  @Test
  void viewsAboveStayFreshAndAdvanceInTheirTurn() {
    project.define("Over", "$from: OrderView\n$select: [order_id, total]\n");
    project.refresh("Over");
    compactTwice();
    skipsWithoutCommit("Over", "ONLY_COMPACTION");
    skipsAndAdvances(VIEW);
    assertThat(project.state("Over").reason()).isEqualTo(Reason.UP_TO_DATE);
    skipsAndAdvances("Over");
    expire(project.tableOf(VIEW));
    expire(shop.orders());
    skipsWithoutCommit("Over", "UP_TO_DATE");
    shop.addOrder(21);
    assertThat(project.refresh(VIEW).kind()).isEqualTo(RefreshKind.APPEND);
    assertThat(project.refresh("Over").kind()).isEqualTo(RefreshKind.APPEND);
    assertThat(project.rows("Over")).hasSize(7);
  }

  @Test
  void oneRunAdvancesAllViewsOfACascade() {
    project.define("Over", "$from: OrderView\n$select: [order_id, total]\n");
    project.refresh("Over");
    compactTwice();
    RefreshOutcome outcome = project.refresh(RefreshRequest.of("Over").withUpstream());
    assertThat(outcome.failures()).isEmpty();
    assertThat(outcome.done()).extracting(RefreshResult::reason).containsOnly("ONLY_COMPACTION");
    skipsWithoutCommit(VIEW, "UP_TO_DATE");
    skipsWithoutCommit("Over", "UP_TO_DATE");
  }

  @Test
  void commitsWithoutRowsMayExpireOnceARefreshHasSeenThem() {
    shop.orders().newAppend().commit();
    RefreshResult result = project.refresh(VIEW);
    assertThat(result.reason()).isEqualTo("NO_ROWS_CHANGED");
    expire(shop.orders());
    skipsWithoutCommit(VIEW, "UP_TO_DATE");
    shop.orders().updateProperties().set("owner", "somebody").commit();
    expire(shop.orders());
    skipsWithoutCommit(VIEW, "UP_TO_DATE");
  }

  @Test
  void snapshotsBetweenMayExpireWhereWhatWasSeenIsKept() {
    shop.orders()
        .manageSnapshots()
        .createTag("kept", shop.orders().currentSnapshot().snapshotId())
        .commit();
    Compaction.rewrite(shop.orders());
    CopyOnWrite.delete(shop.orders(), Expressions.equal("order_id", 10L));
    Compaction.rewrite(shop.orders());
    expire(shop.orders());
    assertThat(project.refresh(VIEW).kind()).isEqualTo(RefreshKind.MERGE);
    shop.assertOrderViewIsRight();
  }

  @Test
  void expiryBeforeARefreshIsFollowedFromTheCompaction() {
    project.define("StatusTotals", SmallShop.STATUS_TOTALS);
    project.refresh("StatusTotals");
    Compaction.rewrite(shop.orders());
    shop.addOrder(21);
    CopyOnWrite.delete(shop.orders(), Expressions.equal("order_id", 10L));
    shop.orders().expireSnapshots().expireOlderThan(Long.MAX_VALUE).retainLast(3).commit();
    assertThat(
            shop.orders()
                .snapshot(SmallShop.snapshotOf("orders", project.lineageOf(VIEW).lineage())))
        .isNull();
    assertThat(project.verify(VIEW).equal()).isTrue();
    for (String view : new String[] {VIEW, "StatusTotals"}) {
      assertThat(project.state(view).reason()).isEqualTo(Reason.SOURCE_CHANGED);
      assertThat(project.refresh(view).kind()).isEqualTo(RefreshKind.MERGE);
    }
    shop.assertOrderViewIsRight();
    shop.assertStatusTotalsAreRight();
  }

  @Test
  void aBaseIsReadFromTheCompactionOfWhatAnUpstreamViewHasRead() {
    project.define("StatusTotals", SmallShop.STATUS_TOTALS);
    project.refresh("StatusTotals");
    project.write(
        "types/status.yaml",
        "$type: Both\n"
            + "$table: shop.orders\n"
            + "$id: order_id\n"
            + "sums: '-> StatusTotals'\n"
            + "$keys: {sums: status}\n");
    project.define("Beside", "$from: Both\n$expand: [sums]\n$select: [order_id, sums_orders]\n");
    Compaction.rewrite(shop.orders());
    shop.addOrder(21);
    shop.orders().expireSnapshots().expireOlderThan(Long.MAX_VALUE).retainLast(2).commit();
    assertThat(project.refresh("Beside").kind()).isEqualTo(RefreshKind.FULL);
    assertThat(project.contents("Beside")).extracting(row -> row.get("order_id")).hasSize(6);
  }

  @Test
  void viewsThatAreAlwaysRecomputedAdvance() {
    project.define("Full", SmallShop.ORDER_VIEW + "$refresh: {policy: full}\n");
    project.refresh("Full");
    compactTwice();
    skipsAndAdvances("Full");
    expire(shop.orders());
    skipsWithoutCommit("Full", "UP_TO_DATE");
  }
}
