package io.bergview.upkeep;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Optional;

/**
 * How often in one row per view could not be refreshed.
 *
 * @param count attempts, with the one that just failed
 * @param retryAt when it is tried again; empty where it is given up
 */
public record FailedAttempts(int count, Optional<Instant> retryAt) {
  /** It was tried once, and is not tried again. */
  public static final FailedAttempts ONLY = new FailedAttempts(1, Optional.empty());

  public FailedAttempts {
    requireNonNull(retryAt, "retryAt is null");
  }
}
