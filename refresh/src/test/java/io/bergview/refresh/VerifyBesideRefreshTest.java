package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.verify.VerifyOptions;
import io.bergview.verify.VerifyResult;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Verifying sees one state of a view: its lineage, its last batch and its rows are of one commit.
 */
class VerifyBesideRefreshTest {
  private static final Instant ONE = Instant.parse("2026-05-01T01:00:00Z");
  private static final Instant TWO = Instant.parse("2026-05-01T02:00:00Z");
  private static final int ROUNDS = 8;

  @TempDir Path folder;
  private TestProject project;
  private TestProject other;
  private SmallShop shop;

  @BeforeEach
  void open() {
    project = TestProject.create(folder, TestProject.SQLITE);
    shop = SmallShop.filled(project);
    project.define("OrderView", SmallShop.ORDER_VIEW);
    project.define("StatusTotals", SmallShop.STATUS_TOTALS);
    project.define(
        "Batches",
        SmallShop.STATUS_TOTALS
            + "$refresh: {mode: scheduled, schedule: '0 * * * *', strategy: append}\n");
    project.refresh("OrderView");
    project.refresh("StatusTotals");
    tick(project, ONE);
    other = TestProject.open(folder);
  }

  @AfterEach
  void close() {
    other.close();
    project.close();
  }

  private static void tick(TestProject project, Instant scheduled) {
    RefreshOutcome outcome = project.refresh(RefreshRequest.due(Map.of("Batches", scheduled)));
    assertThat(outcome.failures()).isEmpty();
  }

  @Test
  void aBatchThatIsAddedOnceTheViewWasReadIsNotLookedFor() {
    PhaseHook added =
        PhaseHook.planning(
            () -> {
              shop.addOrder(20);
              tick(other, TWO);
            });
    VerifyResult result = project.verify("Batches", VerifyOptions.defaults(), added);
    assertThat(added.happened()).isTrue();
    assertThat(result.equal()).isTrue();
    assertThat(result.rowsCompared()).isEqualTo(3);
    assertThat(project.verify("Batches").equal()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"OrderView", "StatusTotals"})
  void aChangeThatIsFollowedOnceTheViewWasReadIsNotLookedFor(String view) {
    long before = project.tableOf(view).currentSnapshot().snapshotId();
    PhaseHook changed =
        PhaseHook.planning(
            () -> {
              shop.addOrder(20);
              other.refresh(view);
            });
    VerifyResult result = project.verify(view, VerifyOptions.defaults(), changed);
    assertThat(changed.happened()).isTrue();
    assertThat(result.equal()).isTrue();
    assertThat(result.snapshotId()).isEqualTo(before);
    assertThat(project.verify(view).equal()).isTrue();
  }

  @Test
  void viewsThatAreRefreshedAllTheTimeNeverDiffer() throws Exception {
    AtomicBoolean enough = new AtomicBoolean();
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      Future<?> refreshes =
          thread.submit(
              () -> {
                for (int i = 1; !enough.get(); i++) {
                  shop.addOrder(100 + i);
                  tick(other, TWO.plusSeconds(i));
                  other.refresh("StatusTotals");
                }
              });
      for (int round = 0; round < ROUNDS; round++) {
        assertThat(project.verify("Batches").equal()).isTrue();
        assertThat(project.verify("StatusTotals").equal()).isTrue();
      }
      enough.set(true);
      refreshes.get();
    } finally {
      enough.set(true);
      thread.shutdown();
    }
  }
}
