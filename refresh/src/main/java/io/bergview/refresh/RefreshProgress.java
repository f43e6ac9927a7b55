package io.bergview.refresh;

/** Listens to the progress of a refresh; called from several threads, never twice at once. */
public interface RefreshProgress {
  /** Ignores progress. */
  RefreshProgress SILENT =
      new RefreshProgress() {
        @Override
        public void phase(String view, String phase) {}

        @Override
        public void advance(String view, double fraction, String detail) {}
      };

  /** A view enters a phase: planning, checking keys, computing, committing, done. */
  void phase(String view, String phase);

  /**
   * The progress of the phase.
   *
   * @param fraction 0 to 1, or NaN if not known
   */
  void advance(String view, double fraction, String detail);
}
