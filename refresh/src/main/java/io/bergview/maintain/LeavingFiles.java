package io.bergview.maintain;

import io.bergview.catalog.view.ReachableFiles.Named;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Files that expired snapshots named and that readers may still hold, by view: they wait for the
 * end of the grace. They are known to this process only; where it ends before, they are orphans.
 * Safe for use by several threads.
 */
final class LeavingFiles {
  private final Map<String, Deque<Leaving>> views = new HashMap<>();

  private record Leaving(Instant due, Map<String, Named> files) {}

  /**
   * @param files by any key, one per file
   */
  synchronized void add(String view, Instant due, Map<String, Named> files) {
    if (!files.isEmpty()) {
      views.computeIfAbsent(view, name -> new ArrayDeque<>()).add(new Leaving(due, files));
    }
  }

  /** When the next files of a view are due; empty where none wait. */
  synchronized Optional<Instant> next(String view) {
    return Optional.ofNullable(views.get(view)).map(leaving -> leaving.getFirst().due());
  }

  /** The files of a view whose time has come; they are forgotten here. */
  synchronized Map<String, Named> takeDue(String view, Instant now) {
    Map<String, Named> due = new HashMap<>();
    Deque<Leaving> leaving = views.get(view);
    if (leaving == null) {
      return due;
    }
    while (!leaving.isEmpty() && !leaving.getFirst().due().isAfter(now)) {
      due.putAll(leaving.removeFirst().files());
    }
    if (leaving.isEmpty()) {
      views.remove(view);
    }
    return due;
  }
}
