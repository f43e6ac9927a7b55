package io.bergview.upkeep.schedule;

import static java.util.Objects.requireNonNull;

import io.bergview.projection.definition.RefreshSettings.Mode;
import io.bergview.upkeep.MissedTicks;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * Whether a view whose mode is not manual is due at one moment.
 *
 * @param tick the last tick of its schedule; empty without a schedule
 * @param next the next one
 * @param notBefore when it will be retried, if refreshes of it have failed
 * @param missed the ticks before the last one at which it was due and no refresh was attempted
 * @param untried whether it was due at its last tick and no refresh was attempted since
 * @param why a sentence
 */
public record DueView(
    String view,
    Mode mode,
    DueStatus verdict,
    Optional<Instant> tick,
    Optional<Instant> next,
    Optional<Instant> notBefore,
    Optional<MissedTicks> missed,
    boolean untried,
    String why) {
  /** What is to be done. */
  public enum DueStatus {
    DUE,
    NOT_DUE,
    /** It has failed, and waits for its next attempt. */
    WAITING,
    /** It has failed time and again, and is left alone until its next tick. */
    GIVEN_UP;

    /** {@code due}, {@code not-due}, {@code waiting}, {@code given-up}. */
    public String label() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  public DueView {
    requireNonNull(view, "view is null");
    requireNonNull(mode, "mode is null");
    requireNonNull(verdict, "verdict is null");
    requireNonNull(tick, "tick is null");
    requireNonNull(next, "next is null");
    requireNonNull(notBefore, "notBefore is null");
    requireNonNull(missed, "missed is null");
    requireNonNull(why, "why is null");
  }

  boolean isDue() {
    return verdict == DueStatus.DUE;
  }
}
