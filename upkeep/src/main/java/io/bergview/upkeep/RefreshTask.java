package io.bergview.upkeep;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Optional;

/**
 * A requested refresh, and its trigger.
 *
 * @param notBefore it waits until then for further commits; empty for as soon as possible
 */
public record RefreshTask(String view, RefreshTrigger trigger, Optional<Instant> notBefore) {
  public RefreshTask {
    requireNonNull(view, "view is null");
    requireNonNull(trigger, "occasion is null");
    requireNonNull(notBefore, "notBefore is null");
  }

  /** To be done as soon as can be. */
  public RefreshTask(String view, RefreshTrigger trigger) {
    this(view, trigger, Optional.empty());
  }
}
