package io.bergview.upkeep.work;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.upkeep.Occasion;
import io.bergview.upkeep.RefreshTask;
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
class BacklogTest {
  private static final Instant START = Instant.parse("2026-03-01T00:00:00Z");
  private final Backlog backlog = new Backlog();

  private static Instant at(long seconds) {
    return START.plusSeconds(seconds);
  }

  private static Occasion change(long seconds) {
    return new Occasion.Change(at(seconds), at(seconds));
  }

  private void want(String view, long seconds) {
    want(new RefreshTask(view, change(seconds)), seconds);
  }

  private void want(RefreshTask task, long seconds) {
    backlog.add(task, new CompletableFuture<>(), at(seconds));
  }

  private Backlog.Batch next(long seconds) {
    Backlog.Batch batch = backlog.next(at(seconds)).orElseThrow();
    batch.pieces().forEach(piece -> piece.begin(at(seconds)));
    return batch;
  }

  private static List<String> views(Backlog.Batch batch) {
    return batch.pieces().stream().map(Piece::view).toList();
  }

  @Test
  void whoHasWaitedLongestIsFirst() {
    want("B", 2);
    want("A", 1);
    want("A", 3);
    assertThat(views(next(4))).containsExactly("A");
    assertThat(views(next(4))).containsExactly("B");
    assertThat(backlog.next(at(4))).isEmpty();
  }

  @Test
  void aViewThatIsWantedAllTheTimeTakesTurnsWithTheOthers() {
    want("Busy", 0);
    want("Quiet", 1);
    Backlog.Batch busy = next(2);
    want("Busy", 2);
    backlog.ended(busy);
    assertThat(views(next(3))).containsExactly("Quiet");
  }

  @Test
  void aViewThatRunsIsNotBegunAgainUntilItEnds() {
    want("A", 0);
    Backlog.Batch running = next(1);
    want("A", 2);
    assertThat(backlog.next(at(3))).isEmpty();
    assertThat(backlog.nextReady()).isEmpty();
    backlog.ended(running);
    assertThat(views(next(3))).containsExactly("A");
  }

  @Test
  void whatIsWantedTwiceIsDoneOnceForTheEarliestChange() {
    want("A", 1);
    want("A", 2);
    Backlog.Batch batch = next(3);
    assertThat(batch.pieces()).hasSize(1);
    assertThat(batch.pieces().get(0).occasion()).isEqualTo(change(1));
    assertThat(batch.pieces().get(0).waiters()).hasSize(2);
  }

  @Test
  void aTickOutranksAChangeAndTheLaterTickTheEarlier() {
    want("A", 1);
    want(new RefreshTask("A", new Occasion.Tick(at(2))), 2);
    want(new RefreshTask("A", new Occasion.Tick(at(3))), 3);
    want("A", 4);
    assertThat(next(5).pieces().get(0).occasion()).isEqualTo(new Occasion.Tick(at(3)));
  }

  @Test
  void aBatchWindowLetsMoreCome() {
    want(new RefreshTask("A", change(0), Optional.of(at(10))), 0);
    assertThat(backlog.next(at(9))).isEmpty();
    assertThat(backlog.nextReady()).contains(at(10));
    want(new RefreshTask("A", change(5), Optional.of(at(15))), 5);
    assertThat(views(next(10))).containsExactly("A");
  }

  @Test
  void whoAsksDoesNotWaitForTheWindow() {
    want(new RefreshTask("A", change(0), Optional.of(at(10))), 0);
    want(new RefreshTask("A", new Occasion.Asked(at(1), true)), 1);
    assertThat(next(1).pieces().get(0).occasion()).isEqualTo(new Occasion.Asked(at(1), true));
  }

  @Test
  void viewsThatReadEachOtherAreDoneTogetherAndNeverBesideEachOther() {
    backlog.families(Families.of(Map.of("Monthly", List.of("Daily"), "Daily", List.of())));
    want("Monthly", 1);
    want("Other", 2);
    want("Daily", 3);
    Backlog.Batch family = next(4);
    assertThat(views(family)).containsExactlyInAnyOrder("Monthly", "Daily");
    want("Daily", 5);
    assertThat(views(next(6))).containsExactly("Other");
    assertThat(backlog.next(at(6))).isEmpty();
    backlog.ended(family);
    assertThat(views(next(7))).containsExactly("Daily");
  }

  @Test
  void aFamilyThatGrowsWhileAPartRunsWaitsForThatPart() {
    want("Daily", 0);
    Backlog.Batch alone = next(0);
    backlog.families(Families.of(Map.of("Monthly", List.of("Daily"))));
    want("Daily", 1);
    assertThat(backlog.next(at(1))).isEmpty();
    backlog.ended(alone);
    assertThat(views(next(1))).containsExactly("Daily");
  }

  @Test
  void whatIsPutBackWaitsWhateverIsCommittedUntilSomebodyAsks() {
    want("A", 0);
    fail(next(0), 60);
    assertThat(backlog.next(at(59))).isEmpty();
    assertThat(backlog.waiting().get(0).attempts()).isEqualTo(1);
    want("A", 30);
    want(new RefreshTask("A", new Occasion.Tick(at(31))), 31);
    assertThat(backlog.waiting().get(0).attempts()).isEqualTo(1);
    assertThat(backlog.next(at(59))).isEmpty();
    want(new RefreshTask("A", new Occasion.Asked(at(32), false)), 32);
    assertThat(backlog.waiting().get(0).attempts()).isZero();
    assertThat(views(next(32))).containsExactly("A");
  }

  private void fail(Backlog.Batch batch, long retryAt) {
    backlog.ended(batch);
    batch.pieces().forEach(piece -> backlog.putBack(piece, at(retryAt)));
  }

  @Test
  void whatIsCommittedDuringAnAttemptThatFailsWaitsForTheNextWithIt() {
    want("A", 0);
    Backlog.Batch first = next(0);
    want("A", 1);
    fail(first, 60);
    assertThat(backlog.next(at(59))).isEmpty();
    Backlog.Batch second = next(60);
    assertThat(second.pieces()).singleElement().isSameAs(first.pieces().get(0));
    assertThat(second.pieces().get(0).attempts()).isEqualTo(2);
    assertThat(second.pieces().get(0).waiters()).hasSize(2);
  }

  @Test
  void whoAsksDuringAnAttemptThatFailsGetsOneAtOnce() {
    want("A", 0);
    Backlog.Batch first = next(0);
    want(new RefreshTask("A", new Occasion.Asked(at(1), true)), 1);
    fail(first, 60);
    assertThat(next(2).pieces().get(0).waiters()).hasSize(2);
  }

  @Test
  void everyTickOfAViewThatAppendsIsABatchTheEarliestFirst() {
    backlog.appending(Set.of("A"));
    want(new RefreshTask("A", new Occasion.Tick(at(1))), 1);
    want(new RefreshTask("A", new Occasion.Asked(at(2), false)), 2);
    want(new RefreshTask("A", new Occasion.Tick(at(3))), 3);
    want(new RefreshTask("A", new Occasion.Tick(at(3))), 4);
    assertThat(inOrder(10))
        .containsExactly(
            new Occasion.Tick(at(1)), new Occasion.Tick(at(3)), new Occasion.Asked(at(2), false));
  }

  private List<Occasion> inOrder(long seconds) {
    List<Occasion> begun = new ArrayList<>();
    for (Optional<Backlog.Batch> batch = backlog.next(at(seconds));
        batch.isPresent();
        batch = backlog.next(at(seconds))) {
      batch.get().pieces().forEach(piece -> begun.add(piece.begin(at(seconds)).occasion()));
      backlog.ended(batch.get());
    }
    return begun;
  }

  @Test
  void aBatchThatFailsComesBeforeThoseOfLaterTicks() {
    backlog.appending(Set.of("A"));
    want(new RefreshTask("A", new Occasion.Tick(at(1))), 1);
    Backlog.Batch first = next(1);
    want(new RefreshTask("A", new Occasion.Tick(at(2))), 2);
    want(new RefreshTask("A", new Occasion.Tick(at(3))), 3);
    fail(first, 60);
    assertThat(backlog.next(at(59))).isEmpty();
    assertThat(inOrder(60))
        .containsExactly(
            new Occasion.Tick(at(1)), new Occasion.Tick(at(2)), new Occasion.Tick(at(3)));
  }

  @Test
  void soManyTicksWaitAndTheEarliestBeyondAreSaidToBeLost() {
    backlog.appending(Set.of("A"));
    List<Instant> lost = new ArrayList<>();
    List<CompletableFuture<UpkeepEvent>> waiters = new ArrayList<>();
    for (int tick = 0; tick < Batches.MOST_TICKS + 2; tick++) {
      waiters.add(new CompletableFuture<>());
      RefreshTask task = new RefreshTask("A", new Occasion.Tick(at(tick)));
      lost.addAll(backlog.add(task, waiters.get(tick), at(tick)));
    }
    assertThat(lost).containsExactly(at(0), at(1));
    Backlog.Batch first = next(100);
    assertThat(first.pieces().get(0).tick()).contains(at(2));
    assertThat(first.pieces().get(0).waiters()).containsAll(waiters.subList(0, 3));
    backlog.ended(first);
    assertThat(inOrder(100)).hasSize(Batches.MOST_TICKS - 1);
  }

  @Test
  void whatIsPausedKeepsWaiting() {
    want("A", 0);
    backlog.pause("A");
    assertThat(backlog.next(at(1))).isEmpty();
    backlog.resume("A");
    assertThat(views(next(1))).containsExactly("A");
  }

  /** Over random runs: one batch of a family at a time, and everything that is wanted gets done. */
  @Test
  void nothingIsBegunTwiceAtOnceAndNothingIsForgotten() {
    for (long seed = 1; seed <= 200; seed++) {
      Random random = new Random(seed);
      Backlog work = new Backlog();
      Families families = Families.of(Map.of("B", List.of("A"), "D", List.of("C", "B")));
      work.families(families);
      List<String> names = List.of("A", "B", "C", "D", "E", "F");
      List<CompletableFuture<?>> wanted = new ArrayList<>();
      List<Backlog.Batch> running = new ArrayList<>();
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
        assertThat(running.stream().map(Backlog.Batch::family))
            .as("seed " + seed)
            .doesNotHaveDuplicates();
        if (!running.isEmpty() && random.nextInt(2) == 0) {
          Backlog.Batch ended = running.remove(random.nextInt(running.size()));
          work.ended(ended);
          for (Piece piece : ended.pieces()) {
            if (random.nextInt(5) == 0) {
              work.putBack(piece, at(now + 10));
            } else {
              piece.waiters().forEach(waiter -> waiter.complete(null));
            }
          }
        }
      }
      assertThat(wanted).as("seed " + seed).allMatch(CompletableFuture::isDone);
    }
  }
}
