package io.bergview.upkeep;

/**
 * Notified of events, on the thread of the event: slow work must be done elsewhere. Exceptions are
 * logged and otherwise ignored.
 */
public interface UpkeepListener {
  void on(UpkeepEvent event);
}
