package io.bergview.upkeep;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * Ticks of a view's schedule at which the view was due and was not refreshed.
 *
 * @param count how many, at most {@link #MOST} being counted
 */
public record MissedTicks(Instant first, Instant last, int count) {
  public static final int MOST = 10_000;

  public MissedTicks {
    requireNonNull(first, "first is null");
    requireNonNull(last, "last is null");
    if (count < 1 || last.isBefore(first)) {
      throw new IllegalArgumentException("no ticks: %d from %s".formatted(count, first));
    }
  }

  /** {@code 3 ticks were missed, from 2026-03-01T09:00:00Z to 2026-03-01T11:00:00Z}. */
  public String describe() {
    return count == 1
        ? "The tick of %s was missed".formatted(first)
        : "%s%d ticks were missed, from %s to %s"
            .formatted(count == MOST ? "At least " : "", count, first, last);
  }
}
