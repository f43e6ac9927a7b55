package io.bergview.upkeep;

/**
 * Told what happens, on the thread on which it happens: whatever takes long belongs elsewhere. What
 * it throws is logged and changes nothing.
 */
public interface UpkeepListener {
  void on(UpkeepEvent event);
}
