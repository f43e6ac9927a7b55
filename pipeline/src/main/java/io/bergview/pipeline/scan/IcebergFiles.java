package io.bergview.pipeline.scan;

import io.bergview.catalog.ManifestReading;
import io.bergview.catalog.TablePropertyRules;
import io.bergview.staleness.damage.UnreadableFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.DeleteFilter;
import org.apache.iceberg.data.DeleteLoader;
import org.apache.iceberg.data.GenericDeleteFilter;
import org.apache.iceberg.data.IdentityPartitionConverters;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.formats.FormatModelRegistry;
import org.apache.iceberg.formats.ReadBuilder;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.mapping.NameMapping;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.iceberg.util.PartitionUtil;
import org.jspecify.annotations.Nullable;

/**
 * Files read by Iceberg's own generic readers, every kind of delete applied: what DuckDB cannot
 * read the way Iceberg does.
 */
final class IcebergFiles {
  private final Table table;
  private final @Nullable NameMapping mapping;

  IcebergFiles(Table table) {
    this.table = table;
    this.mapping = nameMapping(table);
  }

  static @Nullable NameMapping nameMapping(Table table) {
    return TablePropertyRules.nameMapping(table).orElse(null);
  }

  /** Records whose first fields are the projection's columns. */
  CloseableIterable<Record> read(FileRows rows, Schema projection) {
    return new NamedRecords(
        table,
        rows.task().file().location(),
        () ->
            rows.positions()
                .map(positions -> read(rows.task(), positions, projection))
                .orElseGet(() -> read(rows.task(), projection)));
  }

  private CloseableIterable<Record> read(FileScanTask task, Schema projection) {
    DeleteFilter<Record> deletes =
        new GenericDeleteFilter(table.io(), task, withDeletedBy(task), projection) {
          @Override
          protected DeleteLoader newDeleteLoader() {
            return new NamingDeleteLoader(
                table, this::loadInputFile, ManifestReading.executor(table, task.deletes().size()));
          }
        };
    return deletes.filter(stored(task, deletes.requiredSchema()));
  }

  private CloseableIterable<Record> read(
      FileScanTask task, Positions positions, Schema projection) {
    List<NestedField> columns = new ArrayList<>(projection.columns());
    int ordinal = columns.indexOf(MetadataColumns.ROW_POSITION);
    if (ordinal < 0) {
      ordinal = columns.size();
      columns.add(MetadataColumns.ROW_POSITION);
    }
    int position = ordinal;
    return CloseableIterable.filter(
        stored(task, new Schema(columns)),
        row -> positions.contains(row.get(position, Long.class)));
  }

  /**
   * The rows that equality deletes remove, whether or not other deletes remove them.
   *
   * @param deletes equality deletes that apply to the file
   * @param loader reads them
   */
  Positions matching(FileScanTask task, List<DeleteFile> deletes, DeleteLoader loader) {
    FileScanTask deleting = new TaskWithDeletes(task, deletes);
    DeleteFilter<Record> filter =
        new GenericDeleteFilter(
            table.io(),
            deleting,
            withDeletedBy(deleting),
            new Schema(MetadataColumns.ROW_POSITION)) {
          @Override
          protected DeleteLoader newDeleteLoader() {
            return loader;
          }
        };
    Positions.Builder positions = new Positions.Builder();
    try (CloseableIterable<Record> rows =
        filter.findEqualityDeleteRows(
            new NamedRecords(
                table, task.file().location(), () -> stored(deleting, filter.requiredSchema())))) {
      rows.forEach(row -> positions.add(row.get(0, Long.class)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return positions.build();
  }

  private CloseableIterable<Record> stored(FileScanTask task, Schema needed) {
    UnreadableFiles.checkLength(table, "Data file", task.file());
    Map<Integer, ?> constants =
        PartitionUtil.constantsMap(task, IdentityPartitionConverters::convertConstant);
    ReadBuilder<Record, ?> builder =
        FormatModelRegistry.readBuilder(
            task.file().format(), Record.class, table.io().newInputFile(task.file()));
    builder = builder.project(needed).idToConstant(constants).split(task.start(), task.length());
    if (mapping != null) {
      builder = builder.withNameMapping(mapping);
    }
    return builder.build();
  }

  /**
   * The table's columns, with those that it has dropped where equality deletes still compare them.
   * They are found by id only, and have names that none of Iceberg's metadata columns has.
   */
  private Schema withDeletedBy(FileScanTask task) {
    Schema current = table.schema();
    Set<Integer> lacking = new HashSet<>();
    for (DeleteFile delete : task.deletes()) {
      if (delete.equalityFieldIds() != null) {
        lacking.addAll(delete.equalityFieldIds());
      }
    }
    lacking.removeIf(id -> current.findField(id) != null);
    List<NestedField> columns = new ArrayList<>();
    current.columns().forEach(column -> columns.add(unambiguous(column)));
    for (Schema earlier : table.schemas().values()) {
      for (NestedField column : earlier.columns()) {
        if (lacking.remove(column.fieldId())) {
          columns.add(unambiguous(column));
        }
      }
    }
    return new Schema(columns);
  }

  private static NestedField unambiguous(NestedField column) {
    return NestedField.from(column).withName("bergview_" + column.fieldId()).build();
  }
}
