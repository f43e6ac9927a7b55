package io.bergview.projection.definition;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;

/**
 * {@code $refresh.pin}: whether leases keep the source snapshots that a view has read.
 *
 * @param held false for {@code pin: false}
 * @param age how long a lease lasts without being renewed; empty for the project's default
 */
public record LeaseSetting(boolean held, Optional<Duration> age) {
  /** {@code pin: true}. */
  public static final LeaseSetting ON = new LeaseSetting(true, Optional.empty());

  /** {@code pin: false}. */
  public static final LeaseSetting OFF = new LeaseSetting(false, Optional.empty());

  public LeaseSetting {
    requireNonNull(age, "age is null");
    if (!held && age.isPresent()) {
      throw new IllegalArgumentException("a lease that is not held has no age");
    }
  }

  /** {@code pin: 14d}. */
  public static LeaseSetting of(Duration age) {
    return new LeaseSetting(true, Optional.of(age));
  }
}
