package io.bergview.server.hooks;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The views in a certain state, such as failed, each from its beginning to its end. */
interface Episodes {
  /** Whether it was not there before. */
  boolean begins(String view);

  /** Whether it was there. */
  boolean ends(String view);

  /** As long as the process runs. */
  static Episodes inMemory() {
    Set<String> views = ConcurrentHashMap.newKeySet();
    return new Episodes() {
      @Override
      public boolean begins(String view) {
        return views.add(view);
      }

      @Override
      public boolean ends(String view) {
        return views.remove(view);
      }
    };
  }
}
