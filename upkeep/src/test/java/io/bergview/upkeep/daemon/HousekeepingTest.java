package io.bergview.upkeep.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.refresh.RefreshKind;
import io.bergview.refresh.RefreshResult;
import io.bergview.upkeep.RefreshTrigger;
import io.bergview.upkeep.UpkeepEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** When the tables of views that are refreshed often are bounded. */
class HousekeepingTest {
  private static final int COMMITS = 7;

  private final BlockingQueue<String> bounded = new LinkedBlockingQueue<>();

  private static UpkeepEvent done(String view, RefreshKind kind) {
    return new UpkeepEvent.Completed(
        view,
        Instant.EPOCH,
        UUID.randomUUID(),
        new RefreshTrigger.SourceChange(Instant.EPOCH, Instant.EPOCH),
        1,
        new RefreshResult(view, kind, "SOURCE_CHANGED", "", 1, 1, 0, 1, 1));
  }

  private static void tell(Housekeeping housekeeping, String view, int times) {
    for (int i = 0; i < times; i++) {
      housekeeping.on(done(view, RefreshKind.APPEND));
    }
  }

  private Optional<Duration> bound(String view) {
    bounded.add(view);
    return Optional.empty();
  }

  @Test
  void whatWaitsForReadersIsLookedAtAgainOnceForAllThatWait() throws InterruptedException {
    BlockingQueue<Duration> waits = new LinkedBlockingQueue<>();
    waits.addAll(List.of(Duration.ofMillis(300), Duration.ofMillis(1)));
    Housekeeping.Bounding bounding =
        view -> {
          bounded.add(view);
          return Optional.ofNullable(waits.poll());
        };
    try (Housekeeping housekeeping = new Housekeeping(1, bounding)) {
      tell(housekeeping, "A", 2);
      for (int i = 0; i < 3; i++) {
        assertThat(bounded.poll(30, TimeUnit.SECONDS)).isEqualTo("A");
      }
      assertThat(bounded.poll(1, TimeUnit.SECONDS)).isNull();
    }
  }

  @Test
  void whatWaitedIsForgottenWithItsView() throws InterruptedException {
    Housekeeping.Bounding bounding =
        view -> {
          bounded.add(view);
          return Optional.of(Duration.ofMillis(300)).filter(wait -> view.equals("A"));
        };
    try (Housekeeping housekeeping = new Housekeeping(1, bounding)) {
      tell(housekeeping, "A", 1);
      tell(housekeeping, "B", 1);
      assertThat(bounded.poll(30, TimeUnit.SECONDS)).isEqualTo("A");
      assertThat(bounded.poll(30, TimeUnit.SECONDS)).isEqualTo("B");
      housekeeping.retainOnly(Set.of());
      assertThat(bounded.poll(1, TimeUnit.SECONDS)).isNull();
    }
  }

  @Test
  void eachViewAfterSoManyCommitsOfItsOwn() throws InterruptedException {
    try (Housekeeping housekeeping = new Housekeeping(COMMITS, this::bound)) {
      tell(housekeeping, "A", COMMITS - 1);
      tell(housekeeping, "B", COMMITS);
      assertThat(bounded.poll(30, TimeUnit.SECONDS)).isEqualTo("B");
      tell(housekeeping, "A", 1);
      assertThat(bounded.poll(30, TimeUnit.SECONDS)).isEqualTo("A");
      tell(housekeeping, "A", 2 * COMMITS);
      assertThat(List.of(bounded.poll(30, TimeUnit.SECONDS), bounded.poll(30, TimeUnit.SECONDS)))
          .containsExactly("A", "A");
    }
    assertThat(bounded).isEmpty();
  }

  @Test
  void refreshesWithNothingToDoDoNotCountNorDoViewsThatAreGone() throws InterruptedException {
    try (Housekeeping housekeeping = new Housekeeping(COMMITS, this::bound)) {
      for (int i = 0; i < 2 * COMMITS; i++) {
        housekeeping.on(done("A", RefreshKind.SKIP));
      }
      tell(housekeeping, "A", COMMITS - 1);
      housekeeping.retainOnly(Set.of("B"));
      tell(housekeeping, "A", 1);
      tell(housekeeping, "B", COMMITS);
      assertThat(bounded.poll(30, TimeUnit.SECONDS)).isEqualTo("B");
    }
    assertThat(bounded).isEmpty();
  }

  @Test
  void aFailureKeepsNothingElseFromBeingBounded() throws InterruptedException {
    Housekeeping.Bounding failing =
        view -> {
          if (view.equals("A")) {
            throw new IllegalStateException("a defect");
          }
          return bound(view);
        };
    try (Housekeeping housekeeping = new Housekeeping(COMMITS, failing)) {
      tell(housekeeping, "A", COMMITS);
      tell(housekeeping, "B", COMMITS);
      assertThat(bounded.poll(30, TimeUnit.SECONDS)).isEqualTo("B");
    }
  }
}
