package io.bergview.upkeep.work;

import static java.util.Objects.requireNonNull;

import io.bergview.catalog.ServeSettings;
import io.bergview.errors.BergviewException;
import java.time.Duration;

/**
 * How often, and when, a refresh that failed is tried again.
 *
 * @param attempts in all, at least 1
 * @param backoff wait before the second; it doubles with each further one
 * @param backoffLimit no wait is longer
 */
public record RetryPolicy(int attempts, Duration backoff, Duration backoffLimit) {
  private static final int MOST_DOUBLINGS = 30;

  public RetryPolicy {
    requireNonNull(backoff, "backoff is null");
    requireNonNull(backoffLimit, "backoffLimit is null");
    if (attempts < 1) {
      throw new IllegalArgumentException("attempts is below 1: " + attempts);
    }
  }

  public static RetryPolicy of(ServeSettings settings) {
    return new RetryPolicy(settings.attempts(), settings.backoff(), settings.backoffLimit());
  }

  /** Whether another attempt may end otherwise than this one did. */
  boolean allowsAfter(int attempt, BergviewException error) {
    return attempt < attempts && !isFinal(error);
  }

  /** Somebody has to do something first; that they did brings new work. */
  private static boolean isFinal(BergviewException error) {
    return switch (error.code()) {
      case VIEW_NOT_FOUND, FOREIGN_WRITES, FORMAT_UNSUPPORTED, USAGE, CANCELLED -> true;
      default -> false;
    };
  }

  /**
   * How long to wait before the next one.
   *
   * @param attempt that failed, from 1
   */
  public Duration waitAfter(int attempt) {
    Duration wait = backoff.multipliedBy(1L << Math.min(attempt - 1, MOST_DOUBLINGS));
    return wait.compareTo(backoffLimit) > 0 ? backoffLimit : wait;
  }
}
