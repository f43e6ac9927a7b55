package io.bergview.upkeep;

import static java.util.Objects.requireNonNull;

import io.bergview.errors.BergviewException;
import io.bergview.refresh.RefreshResult;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** An event of an unattended refresh. */
public sealed interface UpkeepEvent {
  String view();

  Instant at();

  /**
   * An attempt begins.
   *
   * @param run the same for all attempts of one task
   * @param attempt from 1
   * @param waited since the trigger, or since the retry was due
   */
  record Started(
      String view, Instant at, UUID run, RefreshTrigger trigger, int attempt, Duration waited)
      implements UpkeepEvent {
    public Started {
      requireNonNull(view, "view is null");
      requireNonNull(at, "at is null");
      requireNonNull(run, "run is null");
      requireNonNull(trigger, "occasion is null");
      requireNonNull(waited, "waited is null");
    }
  }

  /** An attempt succeeded; that may mean that there was nothing to do. */
  record Completed(
      String view, Instant at, UUID run, RefreshTrigger trigger, int attempt, RefreshResult result)
      implements UpkeepEvent {
    public Completed {
      requireNonNull(view, "view is null");
      requireNonNull(at, "at is null");
      requireNonNull(run, "run is null");
      requireNonNull(trigger, "occasion is null");
      requireNonNull(result, "result is null");
    }
  }

  /**
   * Some ticks of the view's schedule were missed.
   *
   * @param caughtUp the tick for which the view is refreshed now
   */
  record TicksMissed(String view, Instant at, MissedTicks ticks, Instant caughtUp)
      implements UpkeepEvent {
    public TicksMissed {
      requireNonNull(view, "view is null");
      requireNonNull(at, "at is null");
      requireNonNull(ticks, "ticks is null");
      requireNonNull(caughtUp, "caughtUp is null");
    }
  }

  /**
   * An attempt failed; the view is as it was.
   *
   * @param retryAt when it is tried again; empty where it is given up until something new happens
   */
  record Failed(
      String view,
      Instant at,
      UUID run,
      RefreshTrigger trigger,
      int attempt,
      BergviewException error,
      Optional<Instant> retryAt)
      implements UpkeepEvent {
    public Failed {
      requireNonNull(view, "view is null");
      requireNonNull(at, "at is null");
      requireNonNull(run, "run is null");
      requireNonNull(trigger, "occasion is null");
      requireNonNull(error, "error is null");
      requireNonNull(retryAt, "retryAt is null");
    }
  }
}
