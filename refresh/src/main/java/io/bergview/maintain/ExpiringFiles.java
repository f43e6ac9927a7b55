package io.bergview.maintain;

import io.bergview.catalog.view.ReachableFiles.ReachableFile;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Files of expired snapshots that running readers may still need, by view: they wait for the end of
 * the grace. They are known to this process only; where it ends before, they are orphans. Safe for
 * use by several threads.
 */
final class ExpiringFiles {
  private final Map<String, Deque<ExpiringFile>> views = new HashMap<>();

  private record ExpiringFile(Instant due, Map<String, ReachableFile> files) {}

  /**
   * @param files by any key, one per file
   */
  synchronized void add(String view, Instant due, Map<String, ReachableFile> files) {
    if (!files.isEmpty()) {
      views.computeIfAbsent(view, name -> new ArrayDeque<>()).add(new ExpiringFile(due, files));
    }
  }

  /** When the next files of a view are due; empty where none wait. */
  synchronized Optional<Instant> next(String view) {
    return Optional.ofNullable(views.get(view)).map(leaving -> leaving.getFirst().due());
  }

  /** Removes and returns the files of a view that are due for deletion. */
  synchronized Map<String, ReachableFile> takeDue(String view, Instant now) {
    Map<String, ReachableFile> due = new HashMap<>();
    Deque<ExpiringFile> leaving = views.get(view);
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
