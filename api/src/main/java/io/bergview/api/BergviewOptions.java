package io.bergview.api;

import static java.util.Objects.requireNonNull;

import io.bergview.refresh.RefreshProgress;
import java.time.Clock;

/**
 * @param clock tells what time it is, for states and for what is written
 * @param progress is notified how far refreshes have come, from their threads
 */
public record BergviewOptions(Clock clock, RefreshProgress progress) {
  public BergviewOptions {
    requireNonNull(clock, "clock is null");
    requireNonNull(progress, "progress is null");
  }

  /** The machine's clock; nobody listens. */
  public static BergviewOptions defaults() {
    return new BergviewOptions(Clock.systemUTC(), RefreshProgress.SILENT);
  }
}
