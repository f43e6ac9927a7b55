package io.bergview.staleness.delta;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.util.StructLikeWrapper;

/**
 * A bag of data files with signed multiplicities, each with the deletes that apply to it. Equal
 * terms of opposite sign cancel: a file that a manifest carries over, or that was added and removed
 * again in between.
 *
 * <p>A file that is listed several times counts as often. Its listings may differ: a delete does
 * not apply to a newer one, and one of another partition may give other values to the columns that
 * the file itself lacks.
 */
final class SignedFiles {
  /**
   * A file in a partition, the only parts of a listing, apart from deletes, that its rows depend
   * on.
   */
  private record ListedFile(String location, int specId, StructLikeWrapper partition) {
    static ListedFile of(FileScanTask task) {
      return new ListedFile(
          task.file().location(),
          task.spec().specId(),
          StructLikeWrapper.forType(task.spec().partitionType()).set(task.partition()));
    }
  }

  private record Key(ListedFile file, Set<DeleteKey> deletes) {}

  private static final class SignedFile {
    private final FileScanTask task;
    private int count;

    SignedFile(FileScanTask task) {
      this.task = task;
    }
  }

  private final Map<Key, SignedFile> terms = new LinkedHashMap<>();

  void add(List<FileScanTask> tasks, int sign) {
    for (FileScanTask task : tasks) {
      Key key = new Key(ListedFile.of(task), DeleteKey.of(task.deletes()));
      SignedFile term = terms.computeIfAbsent(key, unused -> new SignedFile(task));
      term.count += sign;
      if (term.count == 0) {
        terms.remove(key);
      }
    }
  }

  /**
   * The sum. A file that occurs with both signs, under different deletes, is one term of its own;
   * if there are several listings, any pairing of the signs is correct.
   */
  SourceDelta delta(DeltaMethod way, ManifestReads cost) {
    Map<ListedFile, List<FileScanTask>> removedByFile = new LinkedHashMap<>();
    List<FileScanTask> added = new ArrayList<>();
    for (SignedFile term : terms.values()) {
      for (int i = term.count; i < 0; i++) {
        removedByFile
            .computeIfAbsent(ListedFile.of(term.task), unused -> new ArrayList<>())
            .add(term.task);
      }
      for (int i = 0; i < term.count; i++) {
        added.add(term.task);
      }
    }
    List<RedeletedFile> redeleted = new ArrayList<>();
    added.removeIf(
        after -> {
          List<FileScanTask> before = removedByFile.getOrDefault(ListedFile.of(after), List.of());
          if (before.isEmpty()) {
            return false;
          }
          redeleted.add(new RedeletedFile(before.remove(before.size() - 1), after));
          return true;
        });
    List<FileScanTask> removed = new ArrayList<>();
    removedByFile.values().forEach(removed::addAll);
    return new SourceDelta(
        removed, added, redeleted, way, cost.manifestsRead(), List.copyOf(cost.equalityScopes()));
  }
}
