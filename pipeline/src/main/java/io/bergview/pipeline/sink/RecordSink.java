package io.bergview.pipeline.sink;

import io.bergview.errors.ErrorCode;
import io.bergview.errors.StorageException;
import io.bergview.pipeline.DuckDbSession;
import io.bergview.pipeline.Rows;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.Files;
import org.apache.iceberg.PartitionData;
import org.apache.iceberg.PartitionKey;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.data.InternalRecordWrapper;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetWriter;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.iceberg.util.StructLikeMap;

/**
 * The slow way, for schemas that COPY cannot write: Arrow batches through Iceberg's own writer, one
 * writer open for each partition.
 */
final class RecordSink {
  private final DuckDbSession session;
  private final FileTarget target;
  private final WriteOptions options;

  RecordSink(DuckDbSession session, FileTarget target, WriteOptions options) {
    this.session = session;
    this.target = target;
    this.options = options;
  }

  List<DataFile> write(String query, String token) {
    try (Publication publication = Publication.open(session, target, token)) {
      List<DataFile> files = new ArrayList<>();
      for (DataFile file : drain(query, publication.scratch())) {
        PartitionData partition =
            new PartitionData(target.spec().partitionType()).copyFor(file.partition());
        files.add(
            DataFiles.builder(target.spec())
                .copy(file)
                .withPath(publication.publish(Path.of(file.location()), partition))
                .withMetrics(FileMetrics.withoutUuidBounds(file, target.schema()))
                .build());
      }
      publication.keep();
      return files;
    }
  }

  private List<DataFile> drain(String query, Path scratch) {
    List<Type> types = target.schema().columns().stream().map(NestedField::type).toList();
    PartitionKey key = new PartitionKey(target.spec(), target.schema());
    InternalRecordWrapper internal = new InternalRecordWrapper(target.schema().asStruct());
    StructLikeMap<Writer> writers = StructLikeMap.create(target.spec().partitionType());
    try (ArrowReader rows = session.query(sql(query))) {
      while (rows.loadNextBatch()) {
        VectorSchemaRoot batch = rows.getVectorSchemaRoot();
        for (int row = 0; row < batch.getRowCount(); row++) {
          Record record = Records.of(target.schema(), Rows.row(batch, types, row));
          key.partition(internal.wrap(record));
          Writer writer = writers.get(key);
          if (writer == null) {
            PartitionKey copy = key.copy();
            writer = new Writer(copy, scratch.resolve("partition-" + writers.size()));
            writers.put(copy, writer);
          }
          writer.write(record);
        }
      }
      List<DataFile> files = new ArrayList<>();
      for (Map.Entry<?, Writer> entry : writers.entrySet()) {
        files.addAll(entry.getValue().finish());
      }
      return files;
    } catch (IOException | UncheckedIOException e) {
      throw new StorageException(
          ErrorCode.STORAGE_FAILED, "Cannot write a data file: " + e.getMessage(), e);
    }
  }

  /** The typed and ordered rows, under names of our own that cannot collide. */
  private String sql(String query) {
    List<NestedField> columns = new ArrayList<>();
    for (NestedField column : target.schema().columns()) {
      columns.add(NestedField.from(column).withName("bv_" + column.fieldId()).build());
    }
    FileTarget renamed =
        new FileTarget(
            new Schema(columns),
            PartitionSpec.unpartitioned(),
            target.sortOrder(),
            target.locations(),
            target.io(),
            target.properties());
    return CopyStatement.ordered(CopyStatement.typed(query, renamed.schema()), renamed, List.of());
  }

  /** The files of one partition, one after another. */
  private final class Writer {
    private final PartitionKey partition;
    private final Path prefix;
    private final List<DataFile> finished = new ArrayList<>();
    private DataWriter<Record> current;

    Writer(PartitionKey partition, Path prefix) {
      this.partition = partition;
      this.prefix = prefix;
      this.current = HadoopDefaults.without(this::open);
    }

    private DataWriter<Record> open() {
      Parquet.DataWriteBuilder builder =
          Parquet.writeData(Files.localOutput(prefix + "-" + finished.size() + ".parquet"))
              .schema(target.schema())
              .withSpec(target.spec())
              .withPartition(partition)
              .metricsConfig(target.metrics())
              .createWriterFunc(GenericParquetWriter::create)
              .setAll(target.properties())
              .set("write.parquet.compression-codec", "zstd")
              .overwrite();
      if (options.keepsOrder(target)) {
        builder.withSortOrder(target.sortOrder());
      }
      try {
        return builder.build();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    void write(Record record) throws IOException {
      long target = options.targetFileSizeBytes().orElse(Long.MAX_VALUE);
      if (current.length() >= target) {
        close();
        current = HadoopDefaults.without(this::open);
      }
      current.write(record);
    }

    private void close() throws IOException {
      current.close();
      finished.add(current.toDataFile());
    }

    List<DataFile> finish() throws IOException {
      close();
      return finished;
    }
  }
}
