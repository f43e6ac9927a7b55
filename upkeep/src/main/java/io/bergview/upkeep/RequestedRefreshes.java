package io.bergview.upkeep;

import static java.util.Objects.requireNonNull;

import io.bergview.errors.BergviewException;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.StorageException;
import io.bergview.refresh.RefreshListener;
import io.bergview.refresh.RefreshRequest;
import io.bergview.refresh.RefreshResult;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Publishes the events of a synchronous request like those of unattended refreshes: each is a task
 * with one attempt.
 */
public final class RequestedRefreshes implements RefreshListener {
  private final EventPublisher publisher;
  private final Function<String, RefreshTrigger> triggers;
  private final Function<String, FailedAttempts> attempts;
  private final Clock clock;
  private final Map<String, RefreshAttempt> begun = new ConcurrentHashMap<>();

  private record RefreshAttempt(UUID run, RefreshTrigger trigger) {}

  public RequestedRefreshes(UpkeepListener listener, RefreshRequest request, Clock clock) {
    this(
        listener,
        view -> {
          Instant tick = request.ticks().get(view);
          return tick == null
              ? new RefreshTrigger.Requested(clock.instant(), request.full())
              : new RefreshTrigger.ScheduleTick(tick);
        },
        view -> FailedAttempts.ONLY,
        clock);
  }

  /**
   * For refreshes that a later call retries.
   *
   * @param triggers why a view is refreshed, by its name
   * @param attempts of a view whose refresh has just failed, by name
   */
  public RequestedRefreshes(
      UpkeepListener listener,
      Function<String, RefreshTrigger> triggers,
      Function<String, FailedAttempts> attempts,
      Clock clock) {
    this.publisher = EventPublisher.to(listener);
    this.triggers = requireNonNull(triggers, "occasions is null");
    this.attempts = requireNonNull(attempts, "attempts is null");
    this.clock = requireNonNull(clock, "clock is null");
  }

  @Override
  public void began(String view) {
    Instant now = clock.instant();
    RefreshTrigger trigger = triggers.apply(view);
    RefreshAttempt work = new RefreshAttempt(UUID.randomUUID(), trigger);
    begun.put(view, work);
    tell(new UpkeepEvent.Started(view, now, work.run(), trigger, 1, Duration.ZERO));
  }

  @Override
  public void done(RefreshResult result) {
    RefreshAttempt work = ended(result.view());
    tell(
        new UpkeepEvent.Completed(
            result.view(), clock.instant(), work.run(), work.trigger(), 1, result));
  }

  @Override
  public void failed(String view, Throwable error) {
    RefreshAttempt work = ended(view);
    BergviewException known =
        error instanceof BergviewException expected
            ? expected
            : new StorageException(
                ErrorCode.INTERNAL, "The refresh failed unexpectedly: " + error, error);
    FailedAttempts failed = attempts.apply(view);
    tell(
        new UpkeepEvent.Failed(
            view,
            clock.instant(),
            work.run(),
            work.trigger(),
            failed.count(),
            known,
            failed.retryAt()));
  }

  private RefreshAttempt ended(String view) {
    return requireNonNull(begun.remove(view), "the refresh has not begun");
  }

  /** Reports another event together with them. */
  public void tell(UpkeepEvent event) {
    publisher.on(event);
  }
}
