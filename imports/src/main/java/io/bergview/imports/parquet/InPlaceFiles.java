package io.bergview.imports.parquet;

import static java.util.Objects.requireNonNull;

import io.bergview.errors.ConflictException;
import io.bergview.errors.DataException;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.UsageException;
import io.bergview.imports.source.SourceFile;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Metrics;
import org.apache.iceberg.MetricsConfig;
import org.apache.iceberg.PartitionData;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.mapping.MappingUtil;
import org.apache.iceberg.mapping.NameMapping;
import org.apache.iceberg.mapping.NameMappingParser;
import org.apache.iceberg.parquet.ParquetUtil;
import org.apache.iceberg.types.Conversions;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types.NestedField;

/**
 * Parquet files that become files of a table where they are. Their columns are found by name,
 * through the table's name mapping, and the values of folders become those of partitions.
 */
public final class InPlaceFiles {
  private final Map<SourceFile, FooterOfFile> footers = new LinkedHashMap<>();

  /**
   * Reads the footers.
   *
   * @param seen is called after each file
   * @throws DataException {@code IMPORT_FILE_UNREADABLE}: a file is damaged, or has a column that
   *     other engines would read as something else
   */
  public InPlaceFiles(List<SourceFile> files, Runnable seen) {
    for (SourceFile file : files) {
      footers.put(file, FooterOfFile.read(file));
      seen.run();
    }
  }

  /** The columns of one file. */
  public List<NestedField> columns(SourceFile file) {
    return footer(file).columns();
  }

  /** Rows in all files. */
  public long rows() {
    return footers.values().stream().mapToLong(FooterOfFile::rows).sum();
  }

  private FooterOfFile footer(SourceFile file) {
    return requireNonNull(footers.get(file), "the file was not read");
  }

  /** The name mapping that a table of this schema needs for files without field ids. */
  public static String nameMapping(Table table) {
    String there = table.properties().get(TableProperties.DEFAULT_NAME_MAPPING);
    return there == null ? NameMappingParser.toJson(MappingUtil.create(table.schema())) : there;
  }

  /**
   * The files as those of a table.
   *
   * @param table as it will be
   * @throws ConflictException {@code FILE_EXISTS}: some of them are files of the table already
   * @throws DataException {@code IMPORT_COLUMNS_DIFFER}: ids or partitions do not fit
   */
  public List<DataFile> dataFiles(Table table) {
    refusePresent(table);
    NameMapping mapping = NameMappingParser.fromJson(nameMapping(table));
    MetricsConfig config = MetricsConfig.forTable(table);
    List<DataFile> files = new ArrayList<>();
    for (Map.Entry<SourceFile, FooterOfFile> entry : footers.entrySet()) {
      SourceFile file = entry.getKey();
      FooterOfFile footer = entry.getValue();
      footer.checkIds(table.schema());
      Metrics metrics =
          ParquetUtil.footerMetrics(footer.metadata(), Stream.empty(), config, mapping);
      checkRequired(table, file, metrics);
      footer.checkNested(table.schema());
      DataFiles.Builder builder =
          DataFiles.builder(table.spec())
              .withPath(location(file))
              .withFormat(FileFormat.PARQUET)
              .withFileSizeInBytes(file.sizeBytes())
              .withMetrics(metrics)
              .withSplitOffsets(ParquetUtil.getSplitOffsets(footer.metadata()));
      if (table.spec().isPartitioned()) {
        builder.withPartition(partition(table, file));
      }
      files.add(builder.build());
    }
    return files;
  }

  /** As tables name local files, taken literally. */
  private static String location(SourceFile file) {
    return "file://" + file.path();
  }

  private void refusePresent(Table table) {
    if (table.currentSnapshot() == null) {
      return;
    }
    Set<String> locations = new HashSet<>();
    footers.keySet().forEach(file -> locations.add(location(file)));
    List<String> present = new ArrayList<>();
    try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
      for (FileScanTask task : tasks) {
        String location = task.file().location();
        if (locations.contains(location.startsWith("/") ? "file://" + location : location)) {
          present.add(location);
        }
      }
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    if (!present.isEmpty()) {
      throw new ConflictException(
          ErrorCode.FILE_EXISTS,
          "Table %s has %,d of the files already, so nothing was imported"
              .formatted(table.name(), present.size()),
          present.stream().limit(10).toList(),
          null);
    }
  }

  private static void checkRequired(Table table, SourceFile file, Metrics metrics) {
    for (NestedField field : table.schema().columns()) {
      boolean folder = file.partitions().containsKey(field.name());
      if (field.isRequired() && folder && file.partitions().get(field.name()) == null) {
        throw new DataException(
            ErrorCode.IMPORT_COLUMNS_DIFFER,
            "The folder of file %s says that column %s is null, and the table requires it"
                .formatted(file.path(), field.name()));
      }
      Long nulls =
          metrics.nullValueCounts() == null ? null : metrics.nullValueCounts().get(field.fieldId());
      if (field.isRequired() && !folder && (nulls == null || nulls > 0)) {
        throw new DataException(
            ErrorCode.IMPORT_COLUMNS_DIFFER,
            "Column %s of file %s %s, and the table requires it"
                .formatted(
                    field.name(),
                    file.path(),
                    nulls == null
                        ? "has no count of its nulls"
                        : "has %,d nulls".formatted(nulls)));
      }
    }
  }

  /**
   * That a table is partitioned by the folders of the files, and by nothing else: what else its
   * partitions are, files in place cannot be known to be in.
   *
   * @throws UsageException {@code USAGE}
   */
  public static void checkPartitions(PartitionSpec spec, SourceFile file) {
    Set<String> folders = file.partitions().keySet();
    Set<String> identities = new HashSet<>();
    for (PartitionField field : spec.fields()) {
      String column = spec.schema().findColumnName(field.sourceId());
      if (!field.transform().isIdentity() || !folders.contains(column)) {
        throw new UsageException(
            ErrorCode.USAGE,
            "Files stay in place only where the table is partitioned by their folders, not by %s(%s); import them without --in-place"
                .formatted(field.transform(), column));
      }
      identities.add(column);
    }
    if (!identities.containsAll(folders)) {
      throw new UsageException(
          ErrorCode.USAGE,
          "Files stay in place only where the table is partitioned by all of their folders, %s; import them without --in-place"
              .formatted(folders));
    }
  }

  private static PartitionData partition(Table table, SourceFile file) {
    PartitionSpec spec = table.spec();
    PartitionData data = new PartitionData(spec.partitionType());
    for (int i = 0; i < spec.fields().size(); i++) {
      NestedField source = table.schema().findField(spec.fields().get(i).sourceId());
      String text = file.partitions().get(source.name());
      data.set(i, text == null ? null : value(source.type(), text, file));
    }
    return data;
  }

  private static Object value(Type type, String text, SourceFile file) {
    try {
      return Conversions.fromPartitionString(type, text);
    } catch (RuntimeException e) {
      throw new DataException(
          ErrorCode.IMPORT_COLUMNS_DIFFER,
          "The folder of file %s says '%s', which is no %s".formatted(file.path(), text, type),
          e);
    }
  }
}
