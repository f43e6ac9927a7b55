package io.bergview.api;

import static java.util.Objects.requireNonNull;

import io.bergview.refresh.RefreshProgress;
import java.time.Clock;

/**
 * @param clock for states and for timestamps that are written
 * @param progress is notified of the progress of refreshes, from their threads
 */
public record BergviewOptions(Clock clock, RefreshProgress progress) {
  public BergviewOptions {
    requireNonNull(clock, "clock is null");
    requireNonNull(progress, "progress is null");
  }

  /** The machine's clock; no listener. */
  public static BergviewOptions defaults() {
    return new BergviewOptions(Clock.systemUTC(), RefreshProgress.SILENT);
  }
}
