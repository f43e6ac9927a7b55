package io.bergview.upkeep.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.upkeep.RefreshTask;
import io.bergview.upkeep.RefreshTrigger;
import io.bergview.upkeep.UpkeepEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What waits, in which order it is begun, and what is never begun together. */
class RefreshQueueTest {
  private static final Instant START = Instant.parse("2026-03-01T00:00:00Z");
  private final RefreshQueue refreshQueue = new RefreshQueue();

  private static Instant at(long seconds) {
    return START.plusSeconds(seconds);
  }

  private static RefreshTrigger change(long seconds) {
    return new RefreshTrigger.SourceChange(at(seconds), at(seconds));
  }

  private void want(String view, long seconds) {
    want(new RefreshTask(view, change(seconds)), seconds);
  }

  private void want(RefreshTask task, long seconds) {
    refreshQueue.add(task, new CompletableFuture<>(), at(seconds));
  }

  private RefreshQueue.Batch next(long seconds) {
    RefreshQueue.Batch batch = refreshQueue.next(at(seconds)).orElseThrow();
    batch.refreshes().forEach(queued -> queued.begin(at(seconds)));
    return batch;
  }

  private static List<String> views(RefreshQueue.Batch batch) {
    return batch.refreshes().stream().map(QueuedRefresh::view).toList();
  }

  @Test
  void whoHasWaitedLongestIsFirst() {
    want("B", 2);
    want("A", 1);
    want("A", 3);
    assertThat(views(next(4))).containsExactly("A");
    assertThat(views(next(4))).containsExactly("B");
    assertThat(refreshQueue.next(at(4))).isEmpty();
  }

  @Test
  void aViewThatIsWantedAllTheTimeTakesTurnsWithTheOthers() {
    want("Busy", 0);
    want("Quiet", 1);
    RefreshQueue.Batch busy = next(2);
    want("Busy", 2);
    refreshQueue.ended(busy);
    assertThat(views(next(3))).containsExactly("Quiet");
  }

  @Test
  void aViewThatRunsIsNotBegunAgainUntilItEnds() {
    want("A", 0);
    RefreshQueue.Batch running = next(1);
    want("A", 2);
    assertThat(refreshQueue.next(at(3))).isEmpty();
    assertThat(refreshQueue.nextReady()).isEmpty();
    refreshQueue.ended(running);
    assertThat(views(next(3))).containsExactly("A");
  }

  @Test
  void twoTriggersOfAWaitingViewAreMergedKeepingTheEarliestChange() {
    want("A", 1);
    want("A", 2);
    RefreshQueue.Batch batch = next(3);
    assertThat(batch.refreshes()).hasSize(1);
    assertThat(batch.refreshes().get(0).trigger()).isEqualTo(change(1));
    assertThat(batch.refreshes().get(0).waiters()).hasSize(2);
  }

  @Test
  void aTickOutranksAChangeAndTheLaterTickTheEarlier() {
    want("A", 1);
    want(new RefreshTask("A", new RefreshTrigger.ScheduleTick(at(2))), 2);
    want(new RefreshTask("A", new RefreshTrigger.ScheduleTick(at(3))), 3);
    want("A", 4);
    assertThat(next(5).refreshes().get(0).trigger())
        .isEqualTo(new RefreshTrigger.ScheduleTick(at(3)));
  }

  @Test
  void aBatchWindowLetsMoreCome() {
    want(new RefreshTask("A", change(0), Optional.of(at(10))), 0);
    assertThat(refreshQueue.next(at(9))).isEmpty();
    assertThat(refreshQueue.nextReady()).contains(at(10));
    want(new RefreshTask("A", change(5), Optional.of(at(15))), 5);
    assertThat(views(next(10))).containsExactly("A");
  }

  @Test
  void whoAsksDoesNotWaitForTheWindow() {
    want(new RefreshTask("A", change(0), Optional.of(at(10))), 0);
    want(new RefreshTask("A", new RefreshTrigger.Requested(at(1), true)), 1);
    assertThat(next(1).refreshes().get(0).trigger())
        .isEqualTo(new RefreshTrigger.Requested(at(1), true));
  }

  @Test
  void viewsOfOneGroupRunTogetherAndNeverConcurrently() {
    refreshQueue.dependencyGroups(
        DependencyGroups.of(Map.of("Monthly", List.of("Daily"), "Daily", List.of())));
    want("Monthly", 1);
    want("Other", 2);
    want("Daily", 3);
    RefreshQueue.Batch dependencyGroup = next(4);
    assertThat(views(dependencyGroup)).containsExactlyInAnyOrder("Monthly", "Daily");
    want("Daily", 5);
    assertThat(views(next(6))).containsExactly("Other");
    assertThat(refreshQueue.next(at(6))).isEmpty();
    refreshQueue.ended(dependencyGroup);
    assertThat(views(next(7))).containsExactly("Daily");
  }

  @Test
  void aFamilyThatGrowsWhileAPartRunsWaitsForThatPart() {
    want("Daily", 0);
    RefreshQueue.Batch alone = next(0);
    refreshQueue.dependencyGroups(DependencyGroups.of(Map.of("Monthly", List.of("Daily"))));
    want("Daily", 1);
    assertThat(refreshQueue.next(at(1))).isEmpty();
    refreshQueue.ended(alone);
    assertThat(views(next(1))).containsExactly("Daily");
  }

  @Test
  void requeuedRefreshWaitsDespiteCommitsUntilRequested() {
    want("A", 0);
    fail(next(0), 60);
    assertThat(refreshQueue.next(at(59))).isEmpty();
    assertThat(refreshQueue.waiting().get(0).attempts()).isEqualTo(1);
    want("A", 30);
    want(new RefreshTask("A", new RefreshTrigger.ScheduleTick(at(31))), 31);
    assertThat(refreshQueue.waiting().get(0).attempts()).isEqualTo(1);
    assertThat(refreshQueue.next(at(59))).isEmpty();
    want(new RefreshTask("A", new RefreshTrigger.Requested(at(32), false)), 32);
    assertThat(refreshQueue.waiting().get(0).attempts()).isZero();
    assertThat(views(next(32))).containsExactly("A");
  }

  private void fail(RefreshQueue.Batch batch, long retryAt) {
    refreshQueue.ended(batch);
    batch.refreshes().forEach(queued -> refreshQueue.putBack(queued, at(retryAt)));
  }

  @Test
  void whatIsCommittedDuringAnAttemptThatFailsWaitsForTheNextWithIt() {
    want("A", 0);
    RefreshQueue.Batch first = next(0);
    want("A", 1);
    fail(first, 60);
    assertThat(refreshQueue.next(at(59))).isEmpty();
    RefreshQueue.Batch second = next(60);
    assertThat(second.refreshes()).singleElement().isSameAs(first.refreshes().get(0));
    assertThat(second.refreshes().get(0).attempts()).isEqualTo(2);
    assertThat(second.refreshes().get(0).waiters()).hasSize(2);
  }

  @Test
  void whoAsksDuringAnAttemptThatFailsGetsOneAtOnce() {
    want("A", 0);
    RefreshQueue.Batch first = next(0);
    want(new RefreshTask("A", new RefreshTrigger.Requested(at(1), true)), 1);
    fail(first, 60);
    assertThat(next(2).refreshes().get(0).waiters()).hasSize(2);
  }

  @Test
  void everyTickOfAViewThatAppendsIsABatchTheEarliestFirst() {
    refreshQueue.appending(Set.of("A"));
    want(new RefreshTask("A", new RefreshTrigger.ScheduleTick(at(1))), 1);
    want(new RefreshTask("A", new RefreshTrigger.Requested(at(2), false)), 2);
    want(new RefreshTask("A", new RefreshTrigger.ScheduleTick(at(3))), 3);
    want(new RefreshTask("A", new RefreshTrigger.ScheduleTick(at(3))), 4);
    assertThat(inOrder(10))
        .containsExactly(
            new RefreshTrigger.ScheduleTick(at(1)),
            new RefreshTrigger.ScheduleTick(at(3)),
            new RefreshTrigger.Requested(at(2), false));
  }

  private List<RefreshTrigger> inOrder(long seconds) {
    List<RefreshTrigger> begun = new ArrayList<>();
    for (Optional<RefreshQueue.Batch> batch = refreshQueue.next(at(seconds));
        batch.isPresent();
        batch = refreshQueue.next(at(seconds))) {
      batch.get().refreshes().forEach(queued -> begun.add(queued.begin(at(seconds)).trigger()));
      refreshQueue.ended(batch.get());
    }
    return begun;
  }

  @Test
  void aBatchThatFailsComesBeforeThoseOfLaterTicks() {
    refreshQueue.appending(Set.of("A"));
    want(new RefreshTask("A", new RefreshTrigger.ScheduleTick(at(1))), 1);
    RefreshQueue.Batch first = next(1);
    want(new RefreshTask("A", new RefreshTrigger.ScheduleTick(at(2))), 2);
    want(new RefreshTask("A", new RefreshTrigger.ScheduleTick(at(3))), 3);
    fail(first, 60);
    assertThat(refreshQueue.next(at(59))).isEmpty();
    assertThat(inOrder(60))
        .containsExactly(
            new RefreshTrigger.ScheduleTick(at(1)),
            new RefreshTrigger.ScheduleTick(at(2)),
            new RefreshTrigger.ScheduleTick(at(3)));
  }

  @Test
  void aLimitedNumberOfTicksWaitsAndTheEarliestBeyondAreReportedAsLost() {
    refreshQueue.appending(Set.of("A"));
    List<Instant> lost = new ArrayList<>();
    List<CompletableFuture<UpkeepEvent>> waiters = new ArrayList<>();
    for (int tick = 0; tick < Batches.MOST_TICKS + 2; tick++) {
      waiters.add(new CompletableFuture<>());
      RefreshTask task = new RefreshTask("A", new RefreshTrigger.ScheduleTick(at(tick)));
      lost.addAll(refreshQueue.add(task, waiters.get(tick), at(tick)));
    }
    assertThat(lost).containsExactly(at(0), at(1));
    RefreshQueue.Batch first = next(100);
    assertThat(first.refreshes().get(0).tick()).contains(at(2));
    assertThat(first.refreshes().get(0).waiters()).containsAll(waiters.subList(0, 3));
    refreshQueue.ended(first);
    assertThat(inOrder(100)).hasSize(Batches.MOST_TICKS - 1);
  }

  @Test
  void whatIsPausedKeepsWaiting() {
    want("A", 0);
    refreshQueue.pause("A");
    assertThat(refreshQueue.next(at(1))).isEmpty();
    refreshQueue.resume("A");
    assertThat(views(next(1))).containsExactly("A");
  }

  /** Over random runs: one batch of a family at a time, and everything that is wanted gets done. */
  @Test
  void nothingIsBegunTwiceAtOnceAndNothingIsForgotten() {
    for (long seed = 1; seed <= 200; seed++) {
      Random random = new Random(seed);
      RefreshQueue work = new RefreshQueue();
      DependencyGroups dependencyGroups =
          DependencyGroups.of(Map.of("B", List.of("A"), "D", List.of("C", "B")));
      work.dependencyGroups(dependencyGroups);
      List<String> names = List.of("A", "B", "C", "D", "E", "F");
      List<CompletableFuture<?>> wanted = new ArrayList<>();
      List<RefreshQueue.Batch> running = new ArrayList<>();
      long now = 0;
      for (int step = 0; step < 300 || !work.waiting().isEmpty() || !running.isEmpty(); step++) {
        now += random.nextInt(3);
        if (step < 300 && random.nextInt(3) > 0) {
          CompletableFuture<io.bergview.upkeep.UpkeepEvent> waiter = new CompletableFuture<>();
          wanted.add(waiter);
          String view = names.get(random.nextInt(names.size()));
          work.add(new RefreshTask(view, change(now)), waiter, at(now));
        }
        work.next(at(now)).ifPresent(running::add);
        assertThat(running.stream().map(RefreshQueue.Batch::dependencyGroup))
            .as("seed " + seed)
            .doesNotHaveDuplicates();
        if (!running.isEmpty() && random.nextInt(2) == 0) {
          RefreshQueue.Batch ended = running.remove(random.nextInt(running.size()));
          work.ended(ended);
          for (QueuedRefresh queued : ended.refreshes()) {
            if (random.nextInt(5) == 0) {
              work.putBack(queued, at(now + 10));
            } else {
              queued.waiters().forEach(waiter -> waiter.complete(null));
            }
          }
        }
      }
      assertThat(wanted).as("seed " + seed).allMatch(CompletableFuture::isDone);
    }
  }
}
