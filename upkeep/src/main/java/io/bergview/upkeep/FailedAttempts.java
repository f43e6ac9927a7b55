package io.bergview.upkeep;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Optional;

/**
 * The number of consecutive failed attempts to refresh a view.
 *
 * @param count attempts, including the one that just failed
 * @param retryAt when it is retried; empty if it is given up
 */
public record FailedAttempts(int count, Optional<Instant> retryAt) {
  /** It was tried once, and is not tried again. */
  public static final FailedAttempts ONLY = new FailedAttempts(1, Optional.empty());

  public FailedAttempts {
    requireNonNull(retryAt, "retryAt is null");
  }
}
