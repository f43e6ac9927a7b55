package io.bergview.staleness.delta;

import io.bergview.catalog.DirectExecutor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileMetadata;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.ManifestWriter;
import org.apache.iceberg.PartitionData;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableUtil;

/** Files that exist in manifests only, which is all that planning looks at. */
final class FakeFiles {
  private FakeFiles() {}

  /** A file in the partition of the given values; none for an unpartitioned spec. */
  static DataFile data(PartitionSpec spec, Object... partition) {
    return compacted(1, spec, partition);
  }

  /** A file with the rows of so many others. */
  static DataFile compacted(int files, PartitionSpec spec, Object... partition) {
    return DataFiles.builder(spec)
        .withPath("file:///nowhere/" + UUID.randomUUID() + ".parquet")
        .withFileSizeInBytes(1000)
        .withRecordCount(10L * files)
        .withPartition(tuple(spec, partition))
        .build();
  }

  static List<DataFile> data(int count, PartitionSpec spec, Object... partition) {
    return IntStream.range(0, count).mapToObj(unused -> data(spec, partition)).toList();
  }

  /** A deletion vector of three rows. */
  static DeleteFile vector(PartitionSpec spec, DataFile of) {
    return vector(spec, of, 3);
  }

  static DeleteFile vector(PartitionSpec spec, DataFile of, long rows) {
    return FileMetadata.deleteFileBuilder(spec)
        .ofPositionDeletes()
        .withFormat(FileFormat.PUFFIN)
        .withPath("file:///nowhere/" + UUID.randomUUID() + ".puffin")
        .withFileSizeInBytes(100)
        .withContentOffset(4)
        .withContentSizeInBytes(40)
        .withReferencedDataFile(of.location())
        .withPartition(of.partition())
        .withRecordCount(rows)
        .build();
  }

  /** A position delete file that may name any file of its partition. */
  static DeleteFile positions(PartitionSpec spec, Object... partition) {
    return deletes(spec, partition).ofPositionDeletes().build();
  }

  /** An equality delete file on the column with id 1. */
  static DeleteFile equality(PartitionSpec spec, Object... partition) {
    return deletes(spec, partition).ofEqualityDeletes(1).build();
  }

  private static FileMetadata.Builder deletes(PartitionSpec spec, Object... partition) {
    return FileMetadata.deleteFileBuilder(spec)
        .withPath("file:///nowhere/" + UUID.randomUUID() + "-deletes.parquet")
        .withFileSizeInBytes(100)
        .withPartition(tuple(spec, partition))
        .withRecordCount(3);
  }

  /** One manifest. */
  static void append(Table table, List<DataFile> files) {
    AppendFiles append = table.newFastAppend().scanManifestsWith(new DirectExecutor());
    files.forEach(append::appendFile);
    append.commit();
  }

  /** One manifest for each list, in one commit. */
  static void appendManifests(Table table, List<List<DataFile>> manifests) {
    AppendFiles append = table.newFastAppend();
    for (List<DataFile> files : manifests) {
      ManifestWriter<DataFile> writer =
          ManifestFiles.write(
              TableUtil.formatVersion(table),
              table.spec(),
              table
                  .io()
                  .newOutputFile(table.location() + "/metadata/" + UUID.randomUUID() + ".avro"),
              null);
      try (writer) {
        files.forEach(writer::add);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      append.appendManifest(writer.toManifestFile());
    }
    append.commit();
  }

  static PartitionData tuple(PartitionSpec spec, Object... values) {
    PartitionData tuple = new PartitionData(spec.partitionType());
    for (int i = 0; i < values.length; i++) {
      tuple.set(i, values[i]);
    }
    return tuple;
  }
}
