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
 * Tells of the refreshes of one request, for which somebody waits, as of those that nobody waits
 * for: each is a piece of work with one attempt.
 */
public final class AskedRefreshes implements RefreshListener {
  private final EventPublisher publisher;
  private final Function<String, Occasion> occasions;
  private final Function<String, FailedAttempts> attempts;
  private final Clock clock;
  private final Map<String, Work> begun = new ConcurrentHashMap<>();

  private record Work(UUID run, Occasion occasion) {}

  public AskedRefreshes(UpkeepListener listener, RefreshRequest request, Clock clock) {
    this(
        listener,
        view -> {
          Instant tick = request.ticks().get(view);
          return tick == null
              ? new Occasion.Asked(clock.instant(), request.full())
              : new Occasion.Tick(tick);
        },
        view -> FailedAttempts.ONLY,
        clock);
  }

  /**
   * Of refreshes that are tried again by whoever comes next.
   *
   * @param occasions why a view is refreshed, by its name
   * @param attempts of a view whose refresh has just failed, by its name
   */
  public AskedRefreshes(
      UpkeepListener listener,
      Function<String, Occasion> occasions,
      Function<String, FailedAttempts> attempts,
      Clock clock) {
    this.publisher = EventPublisher.to(listener);
    this.occasions = requireNonNull(occasions, "occasions is null");
    this.attempts = requireNonNull(attempts, "attempts is null");
    this.clock = requireNonNull(clock, "clock is null");
  }

  @Override
  public void began(String view) {
    Instant now = clock.instant();
    Occasion occasion = occasions.apply(view);
    Work work = new Work(UUID.randomUUID(), occasion);
    begun.put(view, work);
    tell(new UpkeepEvent.Started(view, now, work.run(), occasion, 1, Duration.ZERO));
  }

  @Override
  public void done(RefreshResult result) {
    Work work = ended(result.view());
    tell(
        new UpkeepEvent.Completed(
            result.view(), clock.instant(), work.run(), work.occasion(), 1, result));
  }

  @Override
  public void failed(String view, Throwable error) {
    Work work = ended(view);
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
            work.occasion(),
            failed.count(),
            known,
            failed.retryAt()));
  }

  private Work ended(String view) {
    return requireNonNull(begun.remove(view), "the refresh has not begun");
  }

  /** Tells of something else beside them. */
  public void tell(UpkeepEvent event) {
    publisher.on(event);
  }
}
