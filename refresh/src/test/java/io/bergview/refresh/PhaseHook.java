package io.bergview.refresh;

/** Makes something happen, once, the first time that a refresh enters a phase. */
final class PhaseHook implements RefreshProgress {
  private final String phase;
  private final Runnable event;
  private boolean happened;

  private PhaseHook(String phase, Runnable event) {
    this.phase = phase;
    this.event = event;
  }

  /** After the view was read, before anything else is. */
  static PhaseHook planning(Runnable event) {
    return new PhaseHook("planning", event);
  }

  /** After the rows are computed and written, before they are committed. */
  static PhaseHook committing(Runnable event) {
    return new PhaseHook("committing", event);
  }

  /** After the sources are opened, before they are joined. */
  static PhaseHook checking(Runnable event) {
    return new PhaseHook("checking keys", event);
  }

  /** After the sources are pinned, before the files of one are looked at. */
  static PhaseHook reading(String table, Runnable event) {
    return new PhaseHook("reading " + table, event);
  }

  static PhaseHook computing(Runnable event) {
    return new PhaseHook("computing", event);
  }

  boolean happened() {
    return happened;
  }

  @Override
  public void phase(String view, String entered) {
    if (entered.equals(phase) && !happened) {
      happened = true;
      event.run();
    }
  }

  @Override
  public void advance(String view, double fraction, String detail) {}
}
