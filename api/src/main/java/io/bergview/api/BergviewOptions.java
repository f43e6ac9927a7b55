package io.bergview.api;

import static java.util.Objects.requireNonNull;

import io.bergview.pipeline.engine.Engine;
import io.bergview.refresh.RefreshProgress;
import java.time.Clock;
import java.util.Optional;

/**
 * @param clock for states and for timestamps that are written
 * @param progress is notified of the progress of refreshes, from their threads
 * @param engine computes all refreshes in this process; empty for what is chosen for each
 */
public record BergviewOptions(
    Clock clock, RefreshProgress progress, Optional<Engine.Factory> engine) {
  public BergviewOptions {
    requireNonNull(clock, "clock is null");
    requireNonNull(progress, "progress is null");
    requireNonNull(engine, "engine is null");
  }

  public BergviewOptions(Clock clock, RefreshProgress progress) {
    this(clock, progress, Optional.empty());
  }

  /** The machine's clock; no listener. */
  public static BergviewOptions defaults() {
    return new BergviewOptions(Clock.systemUTC(), RefreshProgress.SILENT);
  }

  /** With an engine for all refreshes. */
  public BergviewOptions withEngine(Engine.Factory own) {
    return new BergviewOptions(clock, progress, Optional.of(own));
  }
}
