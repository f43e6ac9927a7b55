package io.bergview.maintain;

import io.bergview.refresh.write.Layout;
import io.bergview.refresh.write.WriteLayout;
import io.bergview.settings.MaintenanceLimits;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.actions.BinPackRewriteFilePlanner;
import org.apache.iceberg.expressions.Expressions;

/**
 * Iceberg's bin-packing of small files and of files with many deletes, which also takes files that
 * are not laid out as the view's layout says now, and those with equality deletes, which make every
 * reading of them slow. Large files are left whole.
 */
final class LayoutPlanner extends BinPackRewriteFilePlanner {
  private static final long LARGEST_FILE = 1L << 50;

  private final Extent extent;
  private final int smallFiles;
  private final int specId;
  private final boolean ordered;
  private final int sortOrderId;
  private final Set<String> wanted = new HashSet<>();
  private final Map<String, FileScanTask> listed = new HashMap<>();
  private final Set<String> listedAgain = new HashSet<>();

  /** How much of the view is considered. */
  enum Extent {
    WHOLE,
    /**
     * A small file is left alone if it is larger than all smaller ones of its partition together:
     * merged files are not rewritten for every few new rows, but only when as many bytes have been
     * added.
     */
    RECENT
  }

  LayoutPlanner(
      Table table,
      long snapshotId,
      Layout layout,
      long targetFileSizeBytes,
      MaintenanceLimits limits,
      Extent extent) {
    super(PooledScanTable.scanning(table), Expressions.alwaysTrue(), snapshotId, true);
    this.specId = table.spec().specId();
    this.ordered = WriteLayout.keepsOrder(layout) && table.sortOrder().isSorted();
    this.sortOrderId = table.sortOrder().orderId();
    this.extent = extent;
    this.smallFiles = limits.smallFiles();
    init(
        Map.of(
            TARGET_FILE_SIZE_BYTES,
            Long.toString(targetFileSizeBytes),
            MAX_FILE_SIZE_BYTES,
            Long.toString(Math.max(LARGEST_FILE, targetFileSizeBytes + 1)),
            MIN_INPUT_FILES,
            Integer.toString(limits.smallFiles()),
            MAX_FILE_GROUP_SIZE_BYTES,
            Long.toString(WriteLayout.LARGEST_ORDERED_BYTES),
            DELETE_FILE_THRESHOLD,
            Integer.toString(limits.deleteFiles()),
            DELETE_RATIO_THRESHOLD,
            Double.toString(limits.deleteShare())));
  }

  /** The size is given: what the table's property says, or fails to say, does not matter. */
  @Override
  protected long defaultTargetFileSize() {
    return TableProperties.WRITE_TARGET_FILE_SIZE_BYTES_DEFAULT;
  }

  @Override
  protected Iterable<FileScanTask> filterFiles(Iterable<FileScanTask> tasks) {
    tasks.forEach(
        task -> {
          FileScanTask first = listed.putIfAbsent(task.file().location(), task);
          if (first != null && first != task) {
            listedAgain.add(task.file().location());
          }
          if (isLaidOutOtherwise(task) || hasEqualityDeletes(task)) {
            wanted.add(task.file().location());
          }
        });
    Set<String> chosen = new HashSet<>(wanted);
    super.filterFiles(tasks).forEach(task -> chosen.add(task.file().location()));
    if (extent == Extent.RECENT) {
      chosen.removeAll(large(tasks, chosen));
    }
    List<FileScanTask> filtered = new ArrayList<>();
    tasks.forEach(
        task -> {
          if (chosen.contains(task.file().location()) && isListedOnce(task)) {
            filtered.add(task);
          }
        });
    return filtered;
  }

  /**
   * Whether a file is listed only once, like all files written by a refresh: in the partitions
   * visited so far, and so in the table once the plan is complete.
   */
  boolean isListedOnce(FileScanTask task) {
    return !listedAgain.contains(task.file().location());
  }

  /**
   * Of the chosen files without deletes one that is larger than all smaller ones together, and
   * those above it, if the smaller ones are worth a rewrite by themselves.
   */
  private Set<String> large(Iterable<FileScanTask> tasks, Set<String> chosen) {
    List<FileScanTask> bySize = new ArrayList<>();
    tasks.forEach(
        task -> {
          String location = task.file().location();
          if (chosen.contains(location) && !wanted.contains(location) && task.deletes().isEmpty()) {
            bySize.add(task);
          }
        });
    bySize.sort(Comparator.comparingLong(task -> task.file().fileSizeInBytes()));
    int large = bySize.size();
    long smaller = 0;
    for (int i = 0; i < bySize.size(); i++) {
      long size = bySize.get(i).file().fileSizeInBytes();
      if (i >= smallFiles && size > smaller) {
        large = i;
      }
      smaller += size;
    }
    return bySize.subList(large, bySize.size()).stream()
        .map(task -> task.file().location())
        .collect(Collectors.toSet());
  }

  @Override
  protected Iterable<List<FileScanTask>> filterFileGroups(List<List<FileScanTask>> groups) {
    Set<List<FileScanTask>> chosen = Collections.newSetFromMap(new IdentityHashMap<>());
    super.filterFileGroups(groups).forEach(chosen::add);
    return groups.stream()
        .filter(
            group ->
                chosen.contains(group)
                    || group.stream().anyMatch(task -> wanted.contains(task.file().location())))
        .toList();
  }

  private boolean isLaidOutOtherwise(FileScanTask task) {
    return task.file().specId() != specId
        || (ordered && !Objects.equals(task.file().sortOrderId(), sortOrderId));
  }

  private static boolean hasEqualityDeletes(FileScanTask task) {
    return task.deletes().stream()
        .anyMatch(delete -> delete.content() == FileContent.EQUALITY_DELETES);
  }
}
