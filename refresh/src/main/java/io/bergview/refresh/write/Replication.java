package io.bergview.refresh.write;

import java.util.OptionalInt;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.hadoop.HadoopFileIO;
import org.apache.iceberg.io.FileIO;

/**
 * {@code $replication}: how many copies HDFS keeps of the files that a refresh writes. Other
 * storage decides for itself.
 */
final class Replication {
  private static final String COPIES = "dfs.replication";

  private Replication() {}

  /** The table's own FileIO, or one that writes the given number of copies. */
  static FileIO of(FileIO io, OptionalInt copies) {
    if (copies.isEmpty() || !(io instanceof HadoopFileIO hadoop)) {
      return io;
    }
    Configuration configuration = new Configuration(hadoop.conf());
    configuration.setInt(COPIES, copies.getAsInt());
    HadoopFileIO replicated = new HadoopFileIO(configuration);
    replicated.initialize(hadoop.properties());
    return replicated;
  }
}
