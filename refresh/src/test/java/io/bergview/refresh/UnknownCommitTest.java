package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.errors.BergviewException;
import io.bergview.errors.ErrorCode;
import io.bergview.refresh.FaultyCatalog.Fault;
import java.nio.file.Path;
import java.util.List;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commits of which the refresh does not learn whether they landed. */
class UnknownCommitTest {
  private static final String VIEW = "OrderView";

  @TempDir Path folder;
  private TestProject project;
  private SmallShop shop;

  @BeforeEach
  void open() {
    project = TestProject.withFaultyCommits(folder);
    shop = SmallShop.filled(project);
    project.define(VIEW, SmallShop.ORDER_VIEW);
    project.refresh(VIEW);
    shop.addOrder(20);
  }

  @AfterEach
  void close() {
    project.close();
  }

  private RefreshResult refreshWith(Fault fault) {
    RefreshResult result =
        project.refresh(VIEW, PhaseHook.committing(() -> FaultyCatalog.failNext(fault)));
    assertThat(FaultyCatalog.failed()).isTrue();
    return result;
  }

  private void assertOneMoreRefresh() {
    shop.assertOrderViewIsRight();
    assertThat(project.tableOf(VIEW).snapshots()).hasSize(2);
    assertThat(project.refresh(VIEW).kind()).isEqualTo(RefreshKind.SKIP);
  }

  @Test
  void commitThatLandedIsFoundByItsId() {
    RefreshResult result = refreshWith(Fault.LANDS_UNKNOWN);
    assertThat(result.kind()).isEqualTo(RefreshKind.APPEND);
    assertThat(result.snapshotId()).isEqualTo(project.tableOf(VIEW).currentSnapshot().snapshotId());
    assertOneMoreRefresh();
    assertThat(project.dataFiles(VIEW)).hasSize(2);
  }

  @Test
  void commitThatIsNotThereIsMadeAgainAndItsFilesAreKept() {
    RefreshResult result = refreshWith(Fault.LOST_UNKNOWN);
    assertThat(result.kind()).isEqualTo(RefreshKind.APPEND);
    assertOneMoreRefresh();
    assertThat(project.dataFiles(VIEW)).as("with those that might have landed").hasSize(3);
  }

  @Test
  void commitThatArrivesLateIsFencedOff() {
    refreshWith(Fault.DELAYED);
    assertThatThrownBy(FaultyCatalog::deliver).isInstanceOf(CommitFailedException.class);
    assertOneMoreRefresh();
  }

  @Test
  void commitThatArrivesBeforeTheNextAttemptIsNotRepeated() {
    PhaseHook during = PhaseHook.committing(() -> FaultyCatalog.failNext(Fault.DELAYED));
    RefreshProgress delivering =
        new RefreshProgress() {
          @Override
          public void phase(String view, String phase) {
            during.phase(view, phase);
            if (phase.equals("planning again")) {
              FaultyCatalog.deliver();
            }
          }

          @Override
          public void advance(String view, double fraction, String detail) {}
        };
    assertThat(project.refresh(VIEW, delivering).kind()).isEqualTo(RefreshKind.SKIP);
    assertOneMoreRefresh();
  }

  @Test
  void filesOfALandedCommitOutliveABrokenConnection() {
    RefreshResult result = refreshWith(Fault.LANDS_BROKEN);
    assertThat(result.kind()).isEqualTo(RefreshKind.APPEND);
    assertOneMoreRefresh();
  }

  @Test
  void filesOfALandedCommitOutliveATableThatCannotBeRead() {
    assertThat(refreshWith(Fault.LANDS_UNREADABLE).kind()).isEqualTo(RefreshKind.SKIP);
    assertOneMoreRefresh();
  }

  @Test
  void brokenConnectionWithoutCommitFailsAndTheNextRefreshIsRight() {
    PhaseHook during = PhaseHook.committing(() -> FaultyCatalog.failNext(Fault.LOST_BROKEN));
    BergviewException failure = project.failure(RefreshRequest.of(VIEW), during);
    assertThat(failure.code()).isEqualTo(ErrorCode.STORAGE_FAILED);
    assertThat(failure).hasMessageContaining("connection reset");
    assertThat(project.rows(VIEW)).as("as before").hasSize(5);
    List<String> files = project.dataFiles(VIEW);
    assertThat(project.refresh(VIEW).kind()).isEqualTo(RefreshKind.APPEND);
    assertThat(project.dataFiles(VIEW)).containsAll(files);
    assertOneMoreRefresh();
  }
}
