package io.bergview.pipeline.sink;

import io.bergview.pipeline.DuckDbSession;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntFunction;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.MetricsConfig;
import org.apache.iceberg.PartitionData;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.types.Types.NestedField;

/** The fast way: one COPY reads, computes and writes, and Java handles metadata only. */
final class CopySink {
  private final DuckDbSession session;
  private final FileTarget target;
  private final WriteOptions options;
  private final MetricsConfig metrics;
  private final List<PartitionColumn> partitions;

  CopySink(DuckDbSession session, FileTarget target, WriteOptions options) {
    this.session = session;
    this.target = target;
    this.options = options;
    this.metrics = target.metrics();
    this.partitions = partitions(target);
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

  List<DataFile> write(String query, String token) {
    return writeTyped(CopyStatement.typed(query, target.schema()), token);
  }

  /**
   * @param rows a query under the names of the target's columns, of exactly their types
   */
  List<DataFile> writeTyped(String rows, String token) {
    try (Publication publication = Publication.open(session, target, token)) {
      String copy = CopyStatement.of(rows, target, partitions, options, publication.scratch());
      List<WrittenFile> written =
          WrittenFile.of(session.query(copy)).stream()
              .filter(file -> file.rows() > 0)
              .sorted(Comparator.comparing(WrittenFile::path))
              .toList();
      checkRequired(written);
      List<DataFile> files = written.stream().map(file -> publish(file, publication)).toList();
      publication.keep();
      return files;
    }
  }

  private void checkRequired(List<WrittenFile> written) {
    IntFunction<String> names = Columns.statisticsNames(target.schema());
    for (NestedField column : target.schema().columns()) {
      if (!column.isRequired()) {
        continue;
      }
      String name = names.apply(column.fieldId());
      if (written.stream().anyMatch(file -> file.hasNulls(name))) {
        throw RequiredFields.nullIn(column);
      }
    }
  }

  private DataFile publish(WrittenFile file, Publication publication) {
    FileMetrics read = FileMetrics.of(file, target.schema(), metrics);
    PartitionData partition = partition(file);
    DataFiles.Builder builder =
        DataFiles.builder(target.spec())
            .withPath(publication.publish(file.path(), partition))
            .withFormat(FileFormat.PARQUET)
            .withFileSizeInBytes(file.bytes())
            .withMetrics(read.metrics())
            .withSplitOffsets(read.splitOffsets());
    if (target.spec().isPartitioned()) {
      builder.withPartition(partition);
    }
    if (options.keepsOrder(target)) {
      builder.withSortOrder(target.sortOrder());
    }
    return builder.build();
  }

  private PartitionData partition(WrittenFile file) {
    PartitionData data = new PartitionData(target.spec().partitionType());
    for (PartitionColumn partition : partitions) {
      String text = file.partition().get(CopyStatement.name(target.schema(), partition));
      data.set(partition.position(), text == null ? null : value(file.path(), partition, text));
    }
    return data;
  }

  private Object value(Path file, PartitionColumn partition, String text) {
    return partition.isHashed(text)
        ? partition.ofHex(WrittenFile.firstText(session, file, partition.hex()))
        : partition.decode(text);
  }
}
