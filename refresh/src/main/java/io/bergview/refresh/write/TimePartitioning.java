package io.bergview.refresh.write;

import io.bergview.catalog.ManifestReading;
import io.bergview.catalog.lineage.SummaryNumbers;
import io.bergview.projection.definition.ColumnPath;
import io.bergview.projection.definition.LayoutSettings.PartitionKey;
import io.bergview.projection.definition.LayoutSettings.Projection;
import io.bergview.projection.definition.LayoutSettings.Transform;
import io.bergview.projection.plan.OutputColumn;
import io.bergview.projection.plan.ResolvedView;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Conversions;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * Whether a view without groups is partitioned by time: by the finest unit whose partitions of the
 * root table would still exceed 64 MB, judged by the sizes and bounds in its metadata. Aggregates
 * are not: they are small.
 */
final class TimePartitioning {
  private static final long WORTH_A_PARTITION = 64L << 20;
  private static final double DAYS_IN_MONTH = 365.2425 / 12;
  private static final double DAYS_IN_YEAR = 365.2425;

  private TimePartitioning() {}

  static Optional<PartitionKey> of(ResolvedView view, Table root) {
    if (view.definition().projection() != Projection.OLAP
        || view.definition().groupBy().isPresent()
        || root.currentSnapshot() == null) {
      return Optional.empty();
    }
    if (totalBytes(root) <= WORTH_A_PARTITION) {
      return Optional.empty();
    }
    for (OutputColumn column : view.columns()) {
      Types.NestedField field = root.schema().asStruct().field(column.source());
      if (field != null
          && (field.type().typeId() == Type.TypeID.DATE
              || field.type().typeId() == Type.TypeID.TIMESTAMP)) {
        return unit(root, field)
            .map(transform -> new PartitionKey(ColumnPath.of(column.name()), transform, 0));
      }
    }
    return Optional.empty();
  }

  /** The unit by which a view's table is already partitioned. */
  static Optional<PartitionKey> already(Table stored) {
    return stored.spec().fields().stream()
        .flatMap(field -> unit(stored, field).stream())
        .findFirst();
  }

  private static Optional<PartitionKey> unit(Table stored, PartitionField field) {
    Optional<Transform> unit =
        switch (field.transform().toString()) {
          case "year" -> Optional.of(Transform.YEAR);
          case "month" -> Optional.of(Transform.MONTH);
          case "day" -> Optional.of(Transform.DAY);
          default -> Optional.empty();
        };
    String column = stored.schema().findColumnName(field.sourceId());
    return unit.map(transform -> new PartitionKey(ColumnPath.of(column), transform, 0));
  }

  private static long totalBytes(Table root) {
    Map<String, String> summary = root.currentSnapshot().summary();
    return SummaryNumbers.number(summary, "total-files-size", 0);
  }

  private static Optional<Transform> unit(Table root, Types.NestedField field) {
    double first = Double.POSITIVE_INFINITY;
    double last = Double.NEGATIVE_INFINITY;
    long bytes = 0;
    try (CloseableIterable<FileScanTask> tasks =
        root.newScan()
            .planWith(
                ManifestReading.executor(
                    root, root.currentSnapshot().allManifests(root.io()).size()))
            .includeColumnStats(List.of(field.name()))
            .planFiles()) {
      for (FileScanTask task : tasks) {
        bytes += task.file().fileSizeInBytes();
        first = Math.min(first, day(task.file().lowerBounds(), field, first));
        last = Math.max(last, day(task.file().upperBounds(), field, last));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    double days = Math.max(1, last - first);
    if (bytes / days > WORTH_A_PARTITION) {
      return Optional.of(Transform.DAY);
    }
    if (bytes * DAYS_IN_MONTH / days > WORTH_A_PARTITION) {
      return Optional.of(Transform.MONTH);
    }
    return bytes * DAYS_IN_YEAR / days > WORTH_A_PARTITION && days > DAYS_IN_YEAR
        ? Optional.of(Transform.YEAR)
        : Optional.empty();
  }

  private static double day(
      Map<Integer, ByteBuffer> bounds, Types.NestedField field, double unknown) {
    ByteBuffer bound = bounds == null ? null : bounds.get(field.fieldId());
    if (bound == null) {
      return unknown;
    }
    Number value = Conversions.fromByteBuffer(field.type(), bound);
    return field.type().typeId() == Type.TypeID.DATE
        ? value.doubleValue()
        : value.doubleValue() / 86_400e6;
  }
}
