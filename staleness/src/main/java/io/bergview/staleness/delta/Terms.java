package io.bergview.staleness.delta;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.FileScanTask;

/**
 * A signed bag of files, each with the deletes that apply to it. Equal terms of opposite sign
 * cancel: a file that a manifest carries over, or that was added and removed again on the way.
 */
final class Terms {
  private record Key(String location, Set<DeleteKey> deletes) {}

  private static final class Term {
    private final FileScanTask task;
    private int count;

    Term(FileScanTask task) {
      this.task = task;
    }
  }

  private final Map<Key, Term> terms = new LinkedHashMap<>();

  void add(List<FileScanTask> tasks, int sign) {
    for (FileScanTask task : tasks) {
      Key key = new Key(task.file().location(), DeleteKey.of(task.deletes()));
      Term term = terms.computeIfAbsent(key, unused -> new Term(task));
      term.count += sign;
      if (term.count == 0) {
        terms.remove(key);
      }
    }
  }

  /**
   * The sum. A file that is in it with both signs, under different deletes, is one term of its own.
   */
  SourceDelta delta(Way way, Planning cost) {
    Map<String, List<FileScanTask>> removedByLocation = new LinkedHashMap<>();
    List<FileScanTask> added = new ArrayList<>();
    for (Term term : terms.values()) {
      for (int i = term.count; i < 0; i++) {
        removedByLocation
            .computeIfAbsent(term.task.file().location(), unused -> new ArrayList<>())
            .add(term.task);
      }
      for (int i = 0; i < term.count; i++) {
        added.add(term.task);
      }
    }
    List<RedeletedFile> redeleted = new ArrayList<>();
    added.removeIf(
        after -> {
          List<FileScanTask> before =
              removedByLocation.getOrDefault(after.file().location(), List.of());
          if (before.isEmpty()) {
            return false;
          }
          redeleted.add(new RedeletedFile(before.remove(before.size() - 1), after));
          return true;
        });
    List<FileScanTask> removed = new ArrayList<>();
    removedByLocation.values().forEach(removed::addAll);
    return new SourceDelta(
        removed, added, redeleted, way, cost.manifestsRead(), List.copyOf(cost.equalityScopes()));
  }
}
