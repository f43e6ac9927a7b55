package io.bergview.define.alter;

import io.bergview.catalog.lineage.LineageLookup;
import io.bergview.catalog.view.LayoutEvolution;
import io.bergview.catalog.view.RegisteredView;
import io.bergview.errors.MissingFileException;
import io.bergview.pipeline.scan.SnapshotFiles;
import io.bergview.refresh.write.Layout;
import io.bergview.refresh.write.WriteLayout;
import java.util.OptionalLong;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expressions;

/**
 * What a compaction rewrites to bring a view's table into a layout: the files that have other
 * partitions or another order.
 *
 * @param bytes of these files
 */
public record LayoutRewrite(long files, long bytes) {
  /** Nothing is rewritten. */
  static final LayoutRewrite NONE = new LayoutRewrite(0, 0);

  /**
   * From the manifests of the current snapshot of a view's table. Where its rows are of an earlier
   * definition, or some are lost, the next refresh makes them anew.
   */
  static LayoutRewrite of(RegisteredView view, Layout layout) {
    Table table = view.table();
    Snapshot current = table.currentSnapshot();
    boolean isRefreshed =
        LineageLookup.of(table) instanceof LineageLookup.RecordedLineage found
            && found.lineage().definitionVersion() == view.definitionVersion();
    if (current == null || !isRefreshed) {
      return NONE;
    }
    PartitionSpec partitions = layout.spec(table.schema());
    SortOrder order = layout.sortOrder(table.schema());
    boolean ordered = WriteLayout.keepsOrder(layout) && order.isSorted();
    long files = 0;
    long bytes = 0;
    try {
      OptionalLong snapshot = OptionalLong.of(current.snapshotId());
      for (FileScanTask task : SnapshotFiles.of(table, snapshot, Expressions.alwaysTrue())) {
        if (!LayoutEvolution.isSame(task.spec(), partitions)
            || ordered && !LayoutEvolution.isSame(orderOf(task, table), order)) {
          files++;
          bytes += task.file().fileSizeInBytes();
        }
      }
    } catch (MissingFileException lost) {
      return NONE;
    }
    return new LayoutRewrite(files, bytes);
  }

  private static SortOrder orderOf(FileScanTask task, Table table) {
    Integer id = task.file().sortOrderId();
    SortOrder order = id == null ? null : table.sortOrders().get(id);
    return order == null ? SortOrder.unsorted() : order;
  }
}
