package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.errors.BergviewException;
import io.bergview.errors.ErrorCode;
import io.bergview.fixtures.Compaction;
import io.bergview.staleness.Freshness;
import java.nio.file.Path;
import java.util.List;
import org.apache.iceberg.catalog.TableIdentifier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Refreshing a view with all that it reads: from one state of every base table, whatever happens.
 */
@Tag("contract")
class UpstreamRefreshTest {
  @TempDir Path folder;
  private TestProject project;
  private SmallShop shop;
  private Diamond diamond;

  @BeforeEach
  void open() {
    project = TestProject.create(folder, TestProject.SQLITE);
    shop = SmallShop.filled(project);
    diamond = Diamond.over(project, shop);
  }

  @AfterEach
  void close() {
    project.close();
  }

  private static RefreshRequest upstream(String view) {
    return RefreshRequest.of(view).withUpstream();
  }

  private void refreshAll() {
    assertThat(project.refresh(RefreshRequest.ofAll()).failures()).isEmpty();
  }

  private List<String> viewsOf(RefreshOutcome outcome) {
    assertThat(outcome.failures()).isEmpty();
    return outcome.done().stream().map(RefreshResult::view).toList();
  }

  @Test
  void allUpstreamViewsAreRefreshedFirstAndNothingElse() {
    List<String> first = viewsOf(project.refresh(upstream("Deepest")));
    assertThat(first)
        .containsExactlyInAnyOrder("Left", "PerStatus", "PerCustomer", "Top", "Deep", "Deepest");
    assertThat(first.subList(3, 6)).containsExactly("Top", "Deep", "Deepest");
    assertThat(project.tableOf("Beside").currentSnapshot()).isNull();
    shop.addOrder(20);
    RefreshOutcome outcome = project.refresh(upstream("Deepest"));
    assertThat(viewsOf(outcome)).isEqualTo(first);
    assertThat(outcome.done()).noneMatch(result -> result.kind() == RefreshKind.FULL);
    assertThat(project.state("Deepest").state()).isEqualTo(Freshness.FRESH);
    diamond.assertTopIsOfOneState();
    diamond.assertDeepestIsOfOneState();
    assertThat(project.refresh(upstream("Deepest")).done())
        .allMatch(result -> result.kind() == RefreshKind.SKIP);
  }

  @Test
  void aliasesOfOneTableShareItsPin() {
    List<String> done =
        viewsOf(project.refresh(RefreshRequest.of("Beside", "Top", "PerStatus").withUpstream()));
    assertThat(done).containsExactlyInAnyOrder("Left", "PerStatus", "PerCustomer", "Top", "Beside");
  }

  @Test
  void sidesThatStandOnDifferentSnapshotsAreRefused() {
    refreshAll();
    long before = shop.orders().currentSnapshot().snapshotId();
    shop.addOrder(20);
    long after = shop.orders().currentSnapshot().snapshotId();
    project.refresh("Left");
    long top = project.tableOf("Top").currentSnapshot().snapshotId();
    BergviewException failure = project.failure("Top");
    assertThat(failure.code()).isEqualTo(ErrorCode.UPSTREAM_DIVERGED);
    assertThat(failure.code().exitCode().number()).isEqualTo(5);
    assertThat(failure)
        .hasMessageContaining("shop.orders")
        .hasMessageContaining("Left is derived from snapshot " + after + " of 2")
        .hasMessageContaining("is derived from snapshot " + before + " of 2")
        .hasMessageContaining("refreshView Top --upstream");
    assertThat(project.explain("Top").refreshNow().reason()).isEqualTo("UPSTREAM_DIVERGED");
    assertThat(project.failure(RefreshRequest.of("Top").fully(), RefreshProgress.SILENT).code())
        .isEqualTo(ErrorCode.UPSTREAM_DIVERGED);
    assertThat(project.tableOf("Top").currentSnapshot().snapshotId()).isEqualTo(top);
    viewsOf(project.refresh(upstream("Top")));
    diamond.assertTopIsOfOneState();
    assertThat(diamond.seen("Top")).isEqualTo(after);
    assertThat(project.verify("Top").equal()).isTrue();
  }

  @Test
  void compactionBetweenTheSidesIsNoDivergence() {
    refreshAll();
    shop.addOrder(20);
    project.refresh("Left");
    long seen = shop.orders().currentSnapshot().snapshotId();
    Compaction.rewrite(shop.orders());
    project.refreshFully("PerStatus");
    project.refreshFully("PerCustomer");
    assertThat(diamond.seen("Left")).isEqualTo(seen).isNotEqualTo(diamond.seen("PerStatus"));
    shop.orders().expireSnapshots().expireSnapshotId(seen).cleanExpiredFiles(false).commit();
    assertThat(project.refresh("Top").kind()).isEqualTo(RefreshKind.MERGE);
    assertThat(diamond.seen("Top")).isEqualTo(diamond.seen("PerStatus"));
    diamond.assertTopIsOfOneState();
    assertThat(project.state("Top").state()).isEqualTo(Freshness.FRESH);
  }

  @Test
  void aBaseTableReadTogetherWithAViewIsReadAtTheSnapshotOfThatView() {
    refreshAll();
    long seen = diamond.seen("PerStatus");
    shop.addOrder(20);
    assertThat(project.state("Beside").state()).isEqualTo(Freshness.STALE);
    for (int i = 0; i < 2; i++) {
      RefreshResult alone = project.refresh("Beside");
      assertThat(alone.kind()).isEqualTo(RefreshKind.SKIP);
      assertThat(alone.reason()).isEqualTo("UPSTREAM_STALE");
      assertThat(project.explain("Beside").refreshNow().reason()).isEqualTo("UPSTREAM_STALE");
    }
    project.refreshFully("Beside");
    assertThat(diamond.seen("Beside")).isEqualTo(seen);
    assertThat(project.contents("Beside")).hasSize(5);
    diamond.assertBesideIsOfOneState();
    assertThat(project.verify("Beside").equal()).isTrue();
    assertThat(project.state("Beside").state()).isEqualTo(Freshness.STALE);
    project.refresh("PerStatus");
    assertThat(project.refresh("Beside").kind()).isEqualTo(RefreshKind.MERGE);
    assertThat(project.contents("Beside")).hasSize(6);
    diamond.assertBesideIsOfOneState();
    assertThat(project.state("Beside").state()).isEqualTo(Freshness.FRESH);
  }

  @Test
  void changesAreFollowedOnlyUpToWhatTheUpstreamHasSeen() {
    refreshAll();
    shop.addOrder(20);
    project.refresh("PerStatus");
    shop.addOrder(21);
    assertThat(project.refresh("Beside").kind()).isEqualTo(RefreshKind.MERGE);
    assertThat(diamond.seen("Beside")).isEqualTo(diamond.seen("PerStatus"));
    assertThat(project.contents("Beside")).hasSize(6);
    diamond.assertBesideIsOfOneState();
    assertThat(project.refresh("Beside").reason()).isEqualTo("UPSTREAM_STALE");
  }

  @Test
  void aBaseTableWithAnExpiredSnapshotCannotBeReadTogetherWithAView() {
    refreshAll();
    long seen = diamond.seen("PerStatus");
    shop.addOrder(20);
    shop.orders().expireSnapshots().expireSnapshotId(seen).commit();
    BergviewException failure = project.failure("Beside");
    assertThat(failure.code()).isEqualTo(ErrorCode.UPSTREAM_DIVERGED);
    assertThat(failure)
        .hasMessageContaining("PerStatus, which is derived from snapshot " + seen)
        .hasMessageContaining("expired")
        .hasMessageContaining("refreshView Beside --upstream");
    assertThat(viewsOf(project.refresh(upstream("Beside")))).containsExactly("PerStatus", "Beside");
    diamond.assertBesideIsOfOneState();
    assertThat(project.contents("Beside")).hasSize(6);
  }

  @Test
  void aRecreatedBaseTableIsNotReadTogetherWithAViewOfTheOldOne() {
    refreshAll();
    TableIdentifier orders = TableIdentifier.of("shop", "orders");
    project.catalog().dropTable(orders, false);
    project.catalog().createTable(orders, SmallShop.ORDERS);
    shop.addOrder(20);
    BergviewException failure = project.failure("Beside");
    assertThat(failure.code()).isEqualTo(ErrorCode.UPSTREAM_DIVERGED);
    assertThat(failure).hasMessageContaining("another table of that name");
    viewsOf(project.refresh(upstream("Beside")));
    assertThat(project.contents("Beside")).hasSize(1);
    diamond.assertBesideIsOfOneState();
  }

  /** A view over {@code Left} and over {@code Chain}, which reads {@code Left} too. */
  @Test
  void upstreamViewIsNotReadInTwoStates() {
    project.write(
        "types/linked.yaml",
        """
        $type: LeftRow
        $table: shop_views.left
        $id: order_id
        chain: '-> Chain'
        $keys: {chain: status}
        """);
    project.define("Chain", "$from: Left\n$groupBy: [status]\n$compute: {n: {$count: '*'}}\n");
    project.define("Both", "$from: LeftRow\n$expand: [chain]\n$select: [order_id, chain_n]\n");
    refreshAll();
    assertThat(project.contents("Both")).hasSize(5);
    shop.addOrder(20);
    project.refresh("Left");
    BergviewException failure = project.failure("Both");
    assertThat(failure.code()).isEqualTo(ErrorCode.UPSTREAM_DIVERGED);
    assertThat(viewsOf(project.refresh(upstream("Both")))).containsExactly("Left", "Chain", "Both");
    assertThat(project.contents("Both")).hasSize(6);
    project.refreshFully("Left");
    assertThat(project.failure("Both"))
        .hasMessageContaining("one state of shop_views.left")
        .hasMessageContaining("Chain is derived from snapshot");
    viewsOf(project.refresh(upstream("Both")));
    assertThat(project.state("Both").state()).isEqualTo(Freshness.FRESH);
    assertThat(project.verify("Both").equal()).isTrue();
  }

  /** Adds an order whenever a view is about to commit. */
  private RefreshProgress writing() {
    return new RefreshProgress() {
      private long next = 1000;

      @Override
      public void phase(String view, String phase) {
        if (phase.equals("committing")) {
          shop.addOrder(next++);
        }
      }

      @Override
      public void advance(String view, double fraction, String detail) {}
    };
  }

  @Test
  void writersDuringTheRunDoNotReachIt() {
    for (int round = 0; round < 2; round++) {
      long pinned = shop.orders().currentSnapshot().snapshotId();
      RefreshOutcome outcome = project.refresher(writing()).refresh(upstream("Deepest"));
      assertThat(viewsOf(outcome)).hasSize(6);
      assertThat(List.of("Left", "PerStatus", "PerCustomer", "Top", "Deep", "Deepest"))
          .allMatch(view -> diamond.seen(view) == pinned);
      diamond.assertTopIsOfOneState();
      diamond.assertDeepestIsOfOneState();
      assertThat(project.state("Deepest").state()).isEqualTo(Freshness.STALE);
    }
    assertThat(project.verify("Top").equal()).isTrue();
  }

  @Test
  @Tag("long")
  void writersDuringARunOfAllDoNotReachIt() {
    refreshAll();
    shop.addOrder(20);
    long pinned = shop.orders().currentSnapshot().snapshotId();
    RefreshOutcome outcome = project.refresher(writing()).refresh(RefreshRequest.ofAll());
    assertThat(viewsOf(outcome)).hasSize(7);
    assertThat(project.registry().list()).allMatch(view -> diamond.seen(view.name()) == pinned);
    diamond.assertBesideIsOfOneState();
    diamond.assertTopIsOfOneState();
  }

  @Test
  void concurrentLaterRefreshRestartsTheRun() {
    refreshAll();
    shop.addOrder(20);
    PhaseHook event =
        PhaseHook.committing(
            () -> {
              shop.addOrder(21);
              project.refresh(RefreshRequest.of("Left", "PerStatus", "PerCustomer"));
            });
    RefreshOutcome outcome = project.refresher(event).refresh(upstream("Top"));
    assertThat(event.happened()).isTrue();
    assertThat(outcome.failures()).isEmpty();
    assertThat(diamond.seen("Top")).isEqualTo(shop.orders().currentSnapshot().snapshotId());
    diamond.assertTopIsOfOneState();
    assertThat(project.state("Top").state()).isEqualTo(Freshness.FRESH);
  }

  /** Adds an order and refreshes the sides of the diamond, whenever its top is planned. */
  private RefreshProgress rival() {
    return new RefreshProgress() {
      private long next = 1000;

      @Override
      public void phase(String view, String phase) {
        if (view.equals("Top") && phase.equals("planning")) {
          shop.addOrder(next++);
          project.refresh(RefreshRequest.of("Left", "PerStatus", "PerCustomer"));
        }
      }

      @Override
      public void advance(String view, double fraction, String detail) {}
    };
  }

  @Test
  @Tag("long")
  void dryRunThatIsOutrunEveryTimeEndsToo() {
    refreshAll();
    RefreshOutcome outcome = project.refresher(rival()).refresh(upstream("Top").dry());
    assertThat(outcome.failures()).extracting(RefreshOutcome.Failure::view).containsExactly("Top");
    assertThat(outcome.failures().get(0).error().code()).isEqualTo(ErrorCode.COMMIT_CONFLICT);
    assertThat(outcome.done()).hasSize(3);
  }

  @Test
  @Tag("long")
  void runThatIsOutrunEveryTimeGivesUpLoudly() {
    refreshAll();
    shop.addOrder(20);
    long top = project.tableOf("Top").currentSnapshot().snapshotId();
    RefreshOutcome outcome = project.refresher(rival()).refresh(upstream("Top"));
    assertThat(outcome.failures()).extracting(RefreshOutcome.Failure::view).containsExactly("Top");
    assertThat(outcome.failures().get(0).error().code()).isEqualTo(ErrorCode.COMMIT_CONFLICT);
    assertThat(project.tableOf("Top").currentSnapshot().snapshotId()).isEqualTo(top);
    viewsOf(project.refresh(upstream("Top")));
    diamond.assertTopIsOfOneState();
  }

  @Test
  void failureInTheMiddleStopsOnlyDownstreamViews() {
    refreshAll();
    shop.addOrder(20);
    project.define(
        "Left",
        "$from: Order\n"
            + "$expand: [customer]\n"
            + "$select: [order_id, customer_id, status, total, customer_name]\n");
    shop.addCustomers(shop.customer(1, "Twice", null, null));
    RefreshOutcome outcome = project.refresh(RefreshRequest.ofAll());
    assertThat(outcome.failures())
        .extracting(RefreshOutcome.Failure::view)
        .containsExactly("Left", "Top", "Deep", "Deepest");
    assertThat(outcome.failures().get(0).error().code()).isEqualTo(ErrorCode.DUPLICATE_KEY);
    assertThat(outcome.failures().get(1).error()).hasMessageContaining("it reads Left");
    assertThat(outcome.done())
        .extracting(RefreshResult::view)
        .containsExactlyInAnyOrder("PerStatus", "PerCustomer", "Beside");
    diamond.assertBesideIsOfOneState();
  }

  @Test
  void dryRunSaysWhatWouldFollowAndDoesNothing() {
    RefreshOutcome first = project.refresh(upstream("Top").dry());
    assertThat(first.done()).allMatch(result -> result.reason().equals("FIRST_REFRESH")).hasSize(4);
    refreshAll();
    long left = project.tableOf("Left").currentSnapshot().snapshotId();
    shop.addOrder(20);
    RefreshOutcome outcome = project.refresh(upstream("Top").dry());
    assertThat(viewsOf(outcome)).hasSize(4).last().isEqualTo("Top");
    RefreshResult top = outcome.done().get(3);
    assertThat(top.kind()).isEqualTo(RefreshKind.MERGE);
    assertThat(top.reason()).isEqualTo("UPSTREAM_STALE");
    assertThat(top.message()).contains("Left", "PerStatus", "PerCustomer");
    assertThat(project.tableOf("Left").currentSnapshot().snapshotId()).isEqualTo(left);
    project.refresh("Left");
    assertThat(viewsOf(project.refresh(upstream("Top").dry()))).hasSize(4);
    BergviewException alone =
        project.failure(RefreshRequest.of("Top").dry(), RefreshProgress.SILENT);
    assertThat(alone.code()).isEqualTo(ErrorCode.UPSTREAM_DIVERGED);
  }

  @Test
  void fullMeansEveryViewOfTheRunOnce() {
    refreshAll();
    RefreshOutcome outcome = project.refresh(upstream("Top").fully());
    assertThat(viewsOf(outcome)).hasSize(4);
    assertThat(outcome.done()).allMatch(result -> result.reason().equals("REQUESTED"));
    diamond.assertTopIsOfOneState();
  }

  /** {@code Beside} reads none of the orders that came after, as its upstream has read none. */
  @Test
  void emptyBaseTablesAreAStateToo() {
    project.close();
    project = TestProject.create(folder.resolve("empty"), TestProject.SQLITE);
    shop = SmallShop.empty(project);
    diamond = Diamond.over(project, shop);
    RefreshOutcome outcome = project.refresher(writing()).refresh(upstream("Top"));
    assertThat(viewsOf(outcome)).hasSize(4);
    assertThat(diamond.seen("Top")).isEqualTo(-1);
    diamond.assertTopIsOfOneState();
    viewsOf(project.refresh(RefreshRequest.of("Beside")));
    assertThat(diamond.seen("Beside")).isEqualTo(-1);
    assertThat(project.contents("Beside")).isEmpty();
    viewsOf(project.refresh(upstream("Beside")));
    assertThat(project.contents("Beside")).hasSize(4);
  }
}
