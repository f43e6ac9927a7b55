package io.bergview.upkeep.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.errors.BergviewException;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.StorageException;
import io.bergview.pipeline.CancelledException;
import io.bergview.refresh.RefreshKind;
import io.bergview.refresh.RefreshOutcome;
import io.bergview.refresh.RefreshResult;
import io.bergview.upkeep.RefreshTask;
import io.bergview.upkeep.RefreshTrigger;
import io.bergview.upkeep.UpkeepEvent;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Threads that take what waits, and what becomes of work that fails, hangs, or is stopped. */
class RefreshWorkersTest {
  private static final RetryPolicy QUICK =
      new RetryPolicy(3, Duration.ofMillis(1), Duration.ofMillis(4));

  private final List<UpkeepEvent> events = new CopyOnWriteArrayList<>();
  private final List<RefreshWorkers> open = new ArrayList<>();

  @AfterEach
  void close() {
    open.forEach(RefreshWorkers::close);
  }

  private RefreshWorkers start(RefreshRunner runner, int workers, Duration timeout) {
    RefreshWorkers made =
        new RefreshWorkers(
            runner,
            new RefreshWorkers.Limits(workers, timeout, QUICK),
            events::add,
            Clock.systemUTC());
    made.start();
    open.add(made);
    return made;
  }

  private RefreshWorkers start(RefreshRunner runner) {
    return start(runner, 2, Duration.ofMinutes(1));
  }

  private static RefreshTask task(String view) {
    return new RefreshTask(view, new RefreshTrigger.Requested(Instant.EPOCH, false));
  }

  private static UpkeepEvent await(CompletionStage<UpkeepEvent> stage) throws Exception {
    return stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  private static RefreshOutcome done(List<RefreshTask> tasks) {
    return new RefreshOutcome(
        tasks.stream()
            .map(
                task ->
                    new RefreshResult(
                        task.view(), RefreshKind.APPEND, "SOURCE_CHANGED", "", 1, 2, 0, 300, 3))
            .toList(),
        List.of());
  }

  private static RefreshOutcome failed(List<RefreshTask> tasks, BergviewException error) {
    return new RefreshOutcome(
        List.of(),
        tasks.stream().map(task -> new RefreshOutcome.Failure(task.view(), error)).toList());
  }

  private static BergviewException error(ErrorCode code) {
    return new StorageException(code, "It failed");
  }

  @Test
  void callerIsNotifiedOfTheOutcome() throws Exception {
    RefreshWorkers workers = start((tasks, cancellation) -> done(tasks));
    UpkeepEvent event = await(workers.submit(task("A")));
    assertThat(event).isInstanceOf(UpkeepEvent.Completed.class);
    assertThat(events).hasSize(2).last().isEqualTo(event);
    assertThat(events.get(0)).isInstanceOf(UpkeepEvent.Started.class);
  }

  @Test
  void whatFailsIsTriedAgainAndMaySucceed() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    RefreshWorkers workers =
        start(
            (tasks, cancellation) ->
                calls.incrementAndGet() < 3
                    ? failed(tasks, error(ErrorCode.CATALOG_UNREACHABLE))
                    : done(tasks));
    UpkeepEvent event = await(workers.submit(task("A")));
    assertThat(event)
        .isInstanceOfSatisfying(
            UpkeepEvent.Completed.class, e -> assertThat(e.attempt()).isEqualTo(3));
    assertThat(events.stream().filter(UpkeepEvent.Failed.class::isInstance)).hasSize(2);
    assertThat(workers.standing().givenUp()).isEmpty();
  }

  @Test
  void aViewMayHaveRetriesAndATimeoutOfItsOwn() throws Exception {
    RefreshWorkers workers =
        start(
            (tasks, cancellation) -> {
              if (tasks.get(0).view().equals("Slow")) {
                CountDownLatch cancelled = new CountDownLatch(1);
                cancellation.accept(cancelled::countDown);
                try {
                  assertThat(cancelled.await(30, TimeUnit.SECONDS)).isTrue();
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
                return failed(tasks, new CancelledException(null));
              }
              return failed(tasks, error(ErrorCode.STORAGE_FAILED));
            });
    workers.limits(
        Map.of(
            "Once", new ViewLimits(Optional.empty(), OptionalInt.of(0)),
            "Often", new ViewLimits(Optional.empty(), OptionalInt.of(6)),
            "Slow", new ViewLimits(Optional.of(Duration.ofMillis(5)), OptionalInt.of(0))));

    assertThat(attempts(await(workers.submit(task("Once"))))).isEqualTo(1);
    assertThat(attempts(await(workers.submit(task("Usual"))))).isEqualTo(3);
    assertThat(attempts(await(workers.submit(task("Often"))))).isEqualTo(7);
    UpkeepEvent slow = await(workers.submit(task("Slow")));
    assertThat(slow)
        .isInstanceOfSatisfying(
            UpkeepEvent.Failed.class,
            failed -> assertThat(failed.error().code()).isEqualTo(ErrorCode.REFRESH_TIMEOUT));
  }

  private static int attempts(UpkeepEvent event) {
    return ((UpkeepEvent.Failed) event).attempt();
  }

  @Test
  void whatFailsTooOftenIsGivenUpVisiblyUntilItSucceeds() throws Exception {
    Map<String, BergviewException> failing =
        new ConcurrentHashMap<>(Map.of("A", error(ErrorCode.STORAGE_FAILED)));
    RefreshWorkers workers =
        start(
            (tasks, cancellation) ->
                failing.containsKey("A") ? failed(tasks, failing.get("A")) : done(tasks));
    UpkeepEvent event = await(workers.submit(task("A")));
    assertThat(event)
        .isInstanceOfSatisfying(
            UpkeepEvent.Failed.class,
            e -> {
              assertThat(e.attempt()).isEqualTo(3);
              assertThat(e.retryAt()).isEmpty();
            });
    assertThat(workers.standing().givenUp())
        .singleElement()
        .satisfies(
            g -> {
              assertThat(g.view()).isEqualTo("A");
              assertThat(g.code()).isEqualTo(ErrorCode.STORAGE_FAILED);
              assertThat(g.attempts()).isEqualTo(3);
            });
    failing.clear();
    assertThat(await(workers.submit(task("A")))).isInstanceOf(UpkeepEvent.Completed.class);
    assertThat(workers.standing().givenUp()).isEmpty();
  }

  private static RefreshTask change(String view) {
    Instant now = Instant.now();
    return new RefreshTask(view, new RefreshTrigger.SourceChange(now, now));
  }

  private List<UpkeepEvent.Failed> failures() {
    return events.stream()
        .filter(UpkeepEvent.Failed.class::isInstance)
        .map(UpkeepEvent.Failed.class::cast)
        .toList();
  }

  private void failTenTimesWhileCommitsGoOn(RefreshWorkers workers) throws Exception {
    while (failures().size() < 10) {
      workers.submit(change("A"));
      TimeUnit.MICROSECONDS.sleep(200);
    }
  }

  @Test
  void commitsDoNotKeepAViewFromBeingGivenUpNorHaveItTriedWithoutAWait() throws Exception {
    RefreshWorkers workers =
        new RefreshWorkers(
            (tasks, cancellation) -> failed(tasks, error(ErrorCode.STORAGE_FAILED)),
            new RefreshWorkers.Limits(
                2,
                Duration.ofMinutes(1),
                new RetryPolicy(3, Duration.ofMillis(10), Duration.ofMillis(80))),
            events::add,
            Clock.systemUTC());
    open.add(workers);
    workers.start();
    failTenTimesWhileCommitsGoOn(workers);
    List<UpkeepEvent.Failed> failures = failures();
    assertThat(failures).extracting(UpkeepEvent.Failed::attempt).startsWith(1, 2, 3, 4, 5, 6);
    assertThat(failures)
        .extracting(failed -> failed.retryAt().isPresent())
        .startsWith(true, true, false, false, false, false);
    for (int i = 1; i < 10; i++) {
      long waited = Duration.between(failures.get(i - 1).at(), failures.get(i).at()).toMillis();
      assertThat(waited).isGreaterThanOrEqualTo(Math.min(10L << (i - 1), 80) - 1);
    }
    assertThat(workers.standing().givenUp())
        .singleElement()
        .satisfies(given -> assertThat(given.attempts()).isGreaterThanOrEqualTo(10));
  }

  @Test
  void newDefinitionTickOrRequestRetriesAGivenUpView() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    RefreshWorkers workers =
        new RefreshWorkers(
            (tasks, cancellation) -> {
              calls.incrementAndGet();
              return failed(tasks, error(ErrorCode.DUPLICATE_KEY));
            },
            new RefreshWorkers.Limits(
                2,
                Duration.ofMinutes(1),
                new RetryPolicy(3, Duration.ofHours(1), Duration.ofHours(1))),
            events::add,
            Clock.systemUTC());
    open.add(workers);
    workers.start();
    workers.definitions(Map.of("A", "first"));
    await(workers.submit(change("A")));
    CompletionStage<UpkeepEvent> held = workers.submit(change("A"));
    assertThat(workers.standing().waiting())
        .singleElement()
        .satisfies(waiting -> assertThat(waiting.retryAt()).isPresent());
    assertThat(calls).hasValue(1);
    workers.definitions(Map.of("A", "second"));
    await(held);
    await(workers.submit(new RefreshTask("A", new RefreshTrigger.ScheduleTick(Instant.now()))));
    held = workers.submit(change("A"));
    await(workers.submit(task("A")));
    await(held);
    assertThat(calls).hasValue(4);
  }

  /** Where somebody has to do something, another attempt does not help. */
  @ParameterizedTest
  @EnumSource(
      value = ErrorCode.class,
      names = {
        "FOREIGN_WRITES",
        "DUPLICATE_KEY",
        "OVERFLOW",
        "VALUE_INVALID",
        "SOURCE_SCHEMA_CHANGED",
        "TYPE_UNSUPPORTED",
        "DEFINITION_INVALID",
        "VIEW_NOT_FOUND"
      })
  void errorsThatARetryCannotResolveAreNotRetried(ErrorCode code) throws Exception {
    RefreshWorkers workers = start((tasks, cancellation) -> failed(tasks, error(code)));
    assertThat(await(workers.submit(task("A"))))
        .isInstanceOfSatisfying(
            UpkeepEvent.Failed.class, e -> assertThat(e.attempt()).isEqualTo(1));
  }

  @Test
  void whatFailsWhileItStopsIsLeftToTheNextProcessAndNotGivenUp() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    RefreshWorkers workers =
        start(
            (tasks, cancellation) -> {
              begun.countDown();
              awaitQuietly(release);
              return failed(tasks, error(ErrorCode.CATALOG_UNREACHABLE));
            });
    CompletionStage<UpkeepEvent> running = workers.submit(task("A"));
    awaitQuietly(begun);
    Thread stopping = new Thread(() -> workers.stop(Duration.ofSeconds(30)));
    stopping.start();
    while (!workers.submit(task("B")).toCompletableFuture().isCompletedExceptionally()) {
      Thread.onSpinWait();
    }
    release.countDown();
    assertThat(await(running))
        .isInstanceOfSatisfying(
            UpkeepEvent.Failed.class, failed -> assertThat(failed.retryAt()).isPresent());
    stopping.join();
    assertThat(workers.standing().givenUp()).isEmpty();
  }

  @Test
  void aFailureCausedByCancellationCountsAsCancelled() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    RefreshWorkers workers =
        start(
            (tasks, cancellation) -> {
              CountDownLatch cancelled = new CountDownLatch(1);
              cancellation.accept(cancelled::countDown);
              begun.countDown();
              awaitQuietly(cancelled);
              throw new IllegalStateException("closed beneath it");
            });
    CompletionStage<UpkeepEvent> running = workers.submit(task("A"));
    awaitQuietly(begun);
    workers.stop(Duration.ofMillis(1));
    assertThat(await(running))
        .isInstanceOfSatisfying(
            UpkeepEvent.Failed.class,
            failed -> assertThat(failed.error().code()).isEqualTo(ErrorCode.CANCELLED));
    assertThat(workers.standing().givenUp()).isEmpty();
  }

  @Test
  void lostTicksAreReported() {
    RefreshWorkers workers =
        new RefreshWorkers(
            (tasks, cancellation) -> done(tasks),
            new RefreshWorkers.Limits(1, Duration.ofMinutes(1), QUICK),
            events::add,
            Clock.systemUTC());
    open.add(workers);
    workers.appending(Set.of("A"));
    for (int tick = 0; tick <= Batches.MOST_TICKS; tick++) {
      workers.submit(
          new RefreshTask("A", new RefreshTrigger.ScheduleTick(Instant.ofEpochSecond(tick))));
    }
    assertThat(events)
        .singleElement()
        .isInstanceOfSatisfying(
            UpkeepEvent.TicksMissed.class,
            missed -> {
              assertThat(missed.ticks().first()).isEqualTo(Instant.EPOCH);
              assertThat(missed.ticks().count()).isEqualTo(1);
            });
  }

  @Test
  void unexpectedErrorIsAFailureAndTheWorkerContinues() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    RefreshWorkers workers =
        start(
            (tasks, cancellation) -> {
              if (calls.incrementAndGet() == 1) {
                throw new StackOverflowError("a defect");
              }
              return done(tasks);
            },
            1,
            Duration.ofMinutes(1));
    assertThat(await(workers.submit(task("A"))))
        .isInstanceOfSatisfying(
            UpkeepEvent.Completed.class, e -> assertThat(e.attempt()).isEqualTo(2));
    assertThat(events.get(1))
        .isInstanceOfSatisfying(
            UpkeepEvent.Failed.class,
            e -> assertThat(e.error().code()).isEqualTo(ErrorCode.INTERNAL));
  }

  @Test
  void whatTakesTooLongIsCancelledAndSaysSo() throws Exception {
    RefreshWorkers workers =
        start(
            (tasks, cancellation) -> {
              CountDownLatch cancelled = new CountDownLatch(1);
              cancellation.accept(cancelled::countDown);
              awaitQuietly(cancelled);
              return failed(tasks, new CancelledException(null));
            },
            1,
            Duration.ofMillis(20));
    assertThat(await(workers.submit(task("A"))))
        .isInstanceOfSatisfying(
            UpkeepEvent.Failed.class,
            e -> {
              assertThat(e.error().code()).isEqualTo(ErrorCode.REFRESH_TIMEOUT);
              assertThat(e.attempt()).isEqualTo(3);
            });
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await(30, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void noViewIsRefreshedTwiceAtOnceAndNoMoreThanTheWorkersAre() throws Exception {
    Map<String, Boolean> running = new ConcurrentHashMap<>();
    AtomicInteger atOnce = new AtomicInteger();
    List<String> wrong = new CopyOnWriteArrayList<>();
    RefreshWorkers workers =
        start(
            (tasks, cancellation) -> {
              if (atOnce.incrementAndGet() > 3) {
                wrong.add("too many");
              }
              for (RefreshTask task : tasks) {
                if (running.put(task.view(), true) != null) {
                  wrong.add(task.view());
                }
              }
              Thread.yield();
              tasks.forEach(task -> running.remove(task.view()));
              atOnce.decrementAndGet();
              return done(tasks);
            },
            3,
            Duration.ofMinutes(1));
    List<CompletionStage<UpkeepEvent>> all = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      all.add(workers.submit(task("view" + i % 7)));
    }
    for (CompletionStage<UpkeepEvent> each : all) {
      await(each);
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void aStopLetsWhatRunsFinish() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    RefreshWorkers workers =
        start(
            (tasks, cancellation) -> {
              begun.countDown();
              awaitQuietly(release);
              return done(tasks);
            },
            1,
            Duration.ofMinutes(1));
    CompletionStage<UpkeepEvent> running = workers.submit(task("A"));
    awaitQuietly(begun);
    CompletionStage<UpkeepEvent> waiting = workers.submit(task("B"));
    Thread releasing =
        new Thread(
            () -> {
              while (!workers.standing().waiting().isEmpty()) {
                Thread.onSpinWait();
              }
              release.countDown();
            });
    releasing.start();
    assertThat(workers.stop(Duration.ofSeconds(30))).isZero();
    assertThat(await(running)).isInstanceOf(UpkeepEvent.Completed.class);
    assertThat(waiting.toCompletableFuture())
        .failsWithin(Duration.ofSeconds(30))
        .withThrowableThat()
        .isInstanceOfAny(ExecutionException.class, CancellationException.class);
    assertThat(workers.submit(task("C")).toCompletableFuture()).isCompletedExceptionally();
  }

  @Test
  void aStopCancelsWhatDoesNotFinishInTime() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    RefreshWorkers workers =
        start(
            (tasks, cancellation) -> {
              CountDownLatch cancelled = new CountDownLatch(1);
              cancellation.accept(cancelled::countDown);
              begun.countDown();
              awaitQuietly(cancelled);
              return failed(tasks, new CancelledException(null));
            },
            1,
            Duration.ofMinutes(1));
    CompletionStage<UpkeepEvent> running = workers.submit(task("A"));
    awaitQuietly(begun);
    assertThat(workers.stop(Duration.ofMillis(10))).isEqualTo(1);
    assertThat(await(running))
        .isInstanceOfSatisfying(
            UpkeepEvent.Failed.class,
            e -> {
              assertThat(e.error().code()).isEqualTo(ErrorCode.CANCELLED);
              assertThat(e.retryAt()).isEmpty();
            });
    assertThat(workers.standing().givenUp()).isEmpty();
  }

  @Test
  void aListenerThatThrowsChangesNothing() throws Exception {
    RefreshWorkers workers =
        new RefreshWorkers(
            (tasks, cancellation) -> done(tasks),
            new RefreshWorkers.Limits(1, Duration.ofMinutes(1), QUICK),
            event -> {
              throw new IllegalStateException("a bad listener");
            },
            Clock.systemUTC());
    workers.start();
    open.add(workers);
    assertThat(await(workers.submit(task("A")))).isInstanceOf(UpkeepEvent.Completed.class);
  }

  @Test
  void waitsDoubleUpToALimit() {
    RetryPolicy policy = new RetryPolicy(100, Duration.ofSeconds(1), Duration.ofMinutes(5));
    assertThat(policy.waitAfter(1)).isEqualTo(Duration.ofSeconds(1));
    assertThat(policy.waitAfter(2)).isEqualTo(Duration.ofSeconds(2));
    assertThat(policy.waitAfter(9)).isEqualTo(Duration.ofSeconds(256));
    assertThat(policy.waitAfter(10)).isEqualTo(Duration.ofMinutes(5));
    assertThat(policy.waitAfter(99)).isEqualTo(Duration.ofMinutes(5));
  }
}
