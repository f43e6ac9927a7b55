package io.bergview.upkeep.daemon;

import io.bergview.refresh.RefreshProgress;

/** Serializes the calls of concurrent refreshes to a listener. */
final class SerializedListener implements RefreshProgress {
  private final RefreshProgress progress;

  SerializedListener(RefreshProgress progress) {
    this.progress = progress;
  }

  @Override
  public synchronized void phase(String view, String phase) {
    progress.phase(view, phase);
  }

  @Override
  public synchronized void advance(String view, double fraction, String detail) {
    progress.advance(view, fraction, detail);
  }
}
