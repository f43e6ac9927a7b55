package io.bergview.refresh;

/** Makes something happen, once, the first time that a refresh enters a phase. */
final class During implements RefreshProgress {
  private final String phase;
  private final Runnable event;
  private boolean happened;

  private During(String phase, Runnable event) {
    this.phase = phase;
    this.event = event;
  }

  /** After the view was read, before anything else is. */
  static During planning(Runnable event) {
    return new During("planning", event);
  }

  /** After the rows are computed and written, before they are committed. */
  static During committing(Runnable event) {
    return new During("committing", event);
  }

  /** After the sources are opened, before they are joined. */
  static During checking(Runnable event) {
    return new During("checking keys", event);
  }

  /** After the sources are pinned, before the files of one are looked at. */
  static During reading(String table, Runnable event) {
    return new During("reading " + table, event);
  }

  static During computing(Runnable event) {
    return new During("computing", event);
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
