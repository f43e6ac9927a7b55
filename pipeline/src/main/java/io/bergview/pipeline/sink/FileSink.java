package io.bergview.pipeline.sink;

import static java.util.Objects.requireNonNull;

import io.bergview.pipeline.Kernel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.PartitionData;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/**
 * Writes the rows of a query as Parquet data files of an Iceberg table. Nothing is committed; on
 * any failure whatever was written is removed, and what a crash leaves lies under the token's name
 * in the target's data location.
 */
public final class FileSink {
  private final Kernel kernel;

  public FileSink(Kernel kernel) {
    this.kernel = requireNonNull(kernel, "kernel is null");
  }

  /**
   * Runs a query into files.
   *
   * @param query a SELECT without trailing semicolon; its columns are, by position, those of the
   *     target's schema, and are cast to their types
   * @param token begins every file's name, followed by {@code -<number>.parquet}; use each token
   *     once
   * @return the files, with the metrics that Iceberg's own writer would give them; none for no rows
   * @throws io.bergview.errors.DataException a required column has a null, or a value does not fit
   *     its type
   */
  public List<DataFile> write(String query, FileTarget target, WriteOptions options, String token) {
    requireNonNull(query, "query is null");
    if (!Columns.isWritableByCopy(target.schema())) {
      return new RecordSink(kernel, target, options).write(query, token);
    }
    List<PartitionColumn> partitions = partitions(target);
    try (Publication publication = Publication.open(kernel, target, token)) {
      List<WrittenFile> written =
          WrittenFile.of(
              kernel.query(
                  CopyStatement.of(query, target, partitions, options, publication.scratch())));
      for (NestedField column : target.schema().columns()) {
        String name = Columns.statisticsName(target.schema(), column.fieldId());
        if (column.isRequired()
            && written.stream().anyMatch(file -> file.count(name, "null_count") > 0)) {
          throw RequiredFields.nullIn(column);
        }
      }
      boolean sorted =
          target.sortOrder().isSorted()
              && partitions.isEmpty()
              && options.targetFileSizeBytes().isEmpty();
      List<DataFile> files = new ArrayList<>();
      for (WrittenFile file :
          written.stream()
              .filter(file -> file.rows() > 0)
              .sorted(Comparator.comparing(WrittenFile::path))
              .toList()) {
        files.add(publish(file, target, partitions, publication, sorted));
      }
      publication.keep();
      return files;
    }
  }

  private DataFile publish(
      WrittenFile file,
      FileTarget target,
      List<PartitionColumn> partitions,
      Publication publication,
      boolean sorted) {
    FileMetrics metrics = FileMetrics.of(file, target.schema(), target.metrics());
    PartitionData partition = partition(file, target, partitions);
    DataFiles.Builder builder =
        DataFiles.builder(target.spec())
            .withPath(publication.publish(file.path(), partition))
            .withFormat(FileFormat.PARQUET)
            .withFileSizeInBytes(file.bytes())
            .withMetrics(metrics.metrics())
            .withSplitOffsets(metrics.splitOffsets());
    if (target.spec().isPartitioned()) {
      builder.withPartition(partition);
    }
    if (sorted) {
      builder.withSortOrder(target.sortOrder());
    }
    return builder.build();
  }

  private static List<PartitionColumn> partitions(FileTarget target) {
    List<PartitionColumn> partitions = new ArrayList<>();
    List<PartitionField> fields = target.spec().fields();
    for (int i = 0; i < fields.size(); i++) {
      if (!fields.get(i).transform().isVoid()) {
        partitions.add(PartitionColumn.of(target.schema(), fields.get(i), i));
      }
    }
    return partitions;
  }

  private PartitionData partition(
      WrittenFile file, FileTarget target, List<PartitionColumn> partitions) {
    PartitionData data = new PartitionData(target.spec().partitionType());
    for (PartitionColumn partition : partitions) {
      String text = file.partition().get(CopyStatement.name(target.schema(), partition));
      data.set(partition.position(), text == null ? null : value(file.path(), partition, text));
    }
    return data;
  }

  private @Nullable Object value(Path file, PartitionColumn partition, String text) {
    if (!PartitionColumn.isHashed(partition.result(), text)) {
      return partition.decode(text);
    }
    return partition.ofHex(WrittenFile.firstText(kernel, file, partition.hex()));
  }
}
