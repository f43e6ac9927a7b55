package io.bergview.refresh.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.errors.ErrorCode;
import io.bergview.errors.StorageException;
import io.bergview.refresh.RefreshKind;
import io.bergview.refresh.RefreshListener;
import io.bergview.refresh.RefreshOutcome;
import io.bergview.refresh.RefreshResult;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** However often a request is gone through, each of its refreshes begins once and ends once. */
class RefreshEventPublisherTest {
  private final List<String> told = new ArrayList<>();
  private final RefreshEventPublisher eventPublisher =
      new RefreshEventPublisher(
          new RefreshListener() {
            @Override
            public void began(String view) {
              told.add("began " + view);
            }

            @Override
            public void done(RefreshResult result) {
              told.add(result.kind().label() + " " + result.view());
            }

            @Override
            public void failed(String view, Throwable error) {
              told.add("failed " + view);
            }
          });

  private static RefreshResult result(String view, RefreshKind kind) {
    return new RefreshResult(view, kind, "REASON", "", 1, 0, 0, 0, 0);
  }

  private static RefreshOutcome.Failure failure(String view) {
    return new RefreshOutcome.Failure(view, new StorageException(ErrorCode.STORAGE_FAILED, "full"));
  }

  @Test
  void writesArePublishedAtOnceAndTheRestAtTheEnd() {
    eventPublisher.begin("A");
    eventPublisher.result(result("A", RefreshKind.MERGE));
    eventPublisher.begin("B");
    eventPublisher.result(result("B", RefreshKind.SKIP));
    eventPublisher.begin("C");
    assertThat(told).containsExactly("began A", "merge A", "began B", "began C");
    eventPublisher.outcome(
        new RefreshOutcome(
            List.of(result("A", RefreshKind.MERGE), result("B", RefreshKind.SKIP)),
            List.of(failure("C"))));
    assertThat(told.subList(4, told.size())).containsExactly("failed C", "skip B");
  }

  @Test
  void secondPassBeginsNothing() {
    eventPublisher.begin("A");
    eventPublisher.result(result("A", RefreshKind.FULL));
    eventPublisher.begin("B");
    eventPublisher.begin("A");
    eventPublisher.result(result("A", RefreshKind.SKIP));
    eventPublisher.begin("B");
    eventPublisher.result(result("B", RefreshKind.APPEND));
    eventPublisher.outcome(
        new RefreshOutcome(
            List.of(result("A", RefreshKind.FULL), result("B", RefreshKind.APPEND)), List.of()));
    assertThat(told).containsExactly("began A", "full A", "began B", "append B");
  }

  @Test
  void aSecondCommitOfAViewIsARefreshOfItsOwn() {
    eventPublisher.begin("A");
    eventPublisher.result(result("A", RefreshKind.APPEND));
    eventPublisher.begin("A");
    eventPublisher.result(result("A", RefreshKind.MERGE));
    assertThat(told).containsExactly("began A", "append A", "began A", "merge A");
  }

  @Test
  void abortEndsBegunRefreshesAndReportsThoseThatNeverBegan() {
    eventPublisher.begin("A");
    eventPublisher.result(result("A", RefreshKind.APPEND));
    eventPublisher.begin("B");
    eventPublisher.broken(new IllegalStateException("a defect"));
    eventPublisher.outcome(new RefreshOutcome(List.of(), List.of(failure("C"))));
    assertThat(told)
        .containsExactly("began A", "append A", "began B", "failed B", "began C", "failed C");
  }
}
