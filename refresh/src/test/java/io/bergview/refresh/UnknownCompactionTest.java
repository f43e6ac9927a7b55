package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.maintain.CompactionResult;
import io.bergview.maintain.MaintenanceOutcome;
import io.bergview.maintain.MaintenanceRequest;
import io.bergview.refresh.FaultyCatalog.Fault;
import io.bergview.settings.MaintenanceLimits;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Compactions of which the committer does not learn whether they landed. */
@Tag("long")
class UnknownCompactionTest {
  private static final int FILES = 6;

  @TempDir Path folder;
  private TestProject project;
  private SmallShop shop;

  @BeforeEach
  void open() {
    project = TestProject.withFaultyCommits(folder);
    shop = SmallShop.filled(project);
    project.define("OrderView", SmallShop.ORDER_VIEW);
    project.refresh("OrderView");
    for (int i = 1; i < FILES; i++) {
      shop.addOrder(100 + i);
      project.refresh("OrderView");
    }
  }

  @AfterEach
  void close() {
    project.close();
  }

  private MaintenanceOutcome<CompactionResult> compact(Fault fault) {
    PhaseHook commit = PhaseHook.committing(() -> FaultyCatalog.failNext(fault));
    MaintenanceOutcome<CompactionResult> outcome =
        project
            .maintenance(Duration.ZERO, commit, MaintenanceLimits.defaults())
            .compact(MaintenanceRequest.of("OrderView"));
    assertThat(FaultyCatalog.failed()).isTrue();
    return outcome;
  }

  private long compactions() {
    long count = 0;
    for (Snapshot snapshot : project.tableOf("OrderView").snapshots()) {
      count += DataOperations.REPLACE.equals(snapshot.operation()) ? 1 : 0;
    }
    return count;
  }

  private void assertIsRight() {
    shop.assertOrderViewIsRight();
    shop.addOrder(200);
    assertThat(project.refresh("OrderView").kind()).isEqualTo(RefreshKind.APPEND);
    shop.assertOrderViewIsRight();
    assertThat(project.verify("OrderView").equal()).isTrue();
  }

  @ParameterizedTest
  @EnumSource(names = {"LANDS_UNKNOWN", "LANDS_BROKEN"})
  void compactionThatLandedIsFoundByItsId(Fault fault) {
    assertThat(compact(fault).done().get(0).filesRewritten()).isEqualTo(FILES);
    assertThat(compactions()).isEqualTo(1);
    assertThat(project.dataFiles("OrderView")).hasSize(FILES + 1);
    assertIsRight();
  }

  @Test
  void compactionThatIsNotThereIsMadeAgainAndItsFilesAreKept() {
    assertThat(compact(Fault.LOST_UNKNOWN).done().get(0).filesRewritten()).isEqualTo(FILES);
    assertThat(compactions()).isEqualTo(1);
    assertThat(project.dataFiles("OrderView")).hasSize(FILES + 2);
    assertIsRight();
  }

  @Test
  void compactionThatArrivesLateIsFencedOffByTheNext() {
    assertThat(compact(Fault.DELAYED).failures()).isEmpty();
    assertThat(compactions()).isEqualTo(1);
    assertThatThrownBy(FaultyCatalog::deliver).isInstanceOf(CommitFailedException.class);
    assertIsRight();
  }

  @Test
  void brokenConnectionThatSaysNothingKeepsTheFiles() {
    assertThat(compact(Fault.LOST_BROKEN).failures()).hasSize(1);
    assertThat(compactions()).isZero();
    assertThat(project.dataFiles("OrderView")).hasSize(FILES + 1);
    assertIsRight();
  }
}
