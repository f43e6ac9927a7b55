package io.bergview.server.hooks;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The views that are in a certain state, each from when that begins to when it ends. */
final class Episodes {
  private final Set<String> views = ConcurrentHashMap.newKeySet();

  /**
   * @return whether it was not there before
   */
  boolean begins(String view) {
    return views.add(view);
  }

  /**
   * @return whether it was there
   */
  boolean ends(String view) {
    return views.remove(view);
  }
}
