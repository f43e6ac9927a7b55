package io.bergview.refresh.write;

import io.bergview.errors.ErrorCode;
import io.bergview.errors.StorageException;
import io.bergview.pipeline.scan.SnapshotFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FilterFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.hdfs.DistributedFileSystem;
import org.apache.hadoop.hdfs.protocol.HdfsConstants.DatanodeReportType;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.hadoop.HadoopConfigurable;
import org.apache.iceberg.hadoop.HadoopOutputFile;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies of files in HDFS, which keeps as many as a file's writer asks for, or is told later. Other
 * storage decides for itself. Metadata files have as many as the storage's default.
 */
public final class Replication {
  private static final Logger LOG = LoggerFactory.getLogger(Replication.class);
  private static final Set<String> SCHEMES = Set.of("hdfs", "viewfs");

  private Replication() {}

  /** Whether the storage that a scheme names keeps as many copies as it is told. */
  public static boolean isKeptBy(String scheme) {
    return SCHEMES.contains(scheme);
  }

  /** Whether the storage of a location keeps as many copies as it is told. */
  public static boolean isKept(FileIO io, String location) {
    return fileSystem(io, location).isPresent();
  }

  /**
   * How many data nodes there are to keep copies on, each one of a file; empty where the storage
   * cannot be reached, or does not tell it to everyone.
   */
  public static OptionalInt dataNodes(Configuration configuration, String location) {
    try {
      return new Path(location).getFileSystem(configuration) instanceof DistributedFileSystem files
          ? OptionalInt.of(files.getDataNodeStats(DatanodeReportType.LIVE).length)
          : OptionalInt.empty();
    } catch (IOException e) {
      LOG.debug("The data nodes under {} are not known", location, e);
      return OptionalInt.empty();
    }
  }

  /** How many copies of a file the storage keeps, or is making; empty where it does not say. */
  static OptionalInt copiesOf(FileIO io, String location) {
    Optional<FileSystem> files = fileSystem(io, location);
    if (files.isEmpty()) {
      return OptionalInt.empty();
    }
    try {
      return OptionalInt.of(files.get().getFileStatus(new Path(location)).getReplication());
    } catch (IOException e) {
      LOG.debug("The copies of {} are not known", location, e);
      return OptionalInt.empty();
    }
  }

  /** One whose new files have a number of copies; the table's own where the storage has none. */
  static FileIO of(FileIO io, int copies) {
    return io instanceof HadoopConfigurable ? new ReplicatedFiles(io, (short) copies) : io;
  }

  /**
   * Gives the data and delete files of a view's current snapshot the declared number of copies. The
   * storage makes or deletes copies by itself, later: nothing is written again, and who repeats
   * this after an interruption does what is left. Without a declared number, and in other storage,
   * nothing is done.
   *
   * @throws StorageException {@code STORAGE_FAILED}
   * @throws io.bergview.errors.BergviewException as {@link SnapshotFiles#of}
   */
  public static void apply(Table table, OptionalInt declared) {
    if (declared.isEmpty()
        || table.currentSnapshot() == null
        || !isKept(table.io(), table.location())) {
      return;
    }
    OptionalLong current = OptionalLong.of(table.currentSnapshot().snapshotId());
    Set<String> locations = new LinkedHashSet<>();
    for (FileScanTask task : SnapshotFiles.of(table, current, Expressions.alwaysTrue())) {
      locations.add(task.file().location());
      task.deletes().forEach(delete -> locations.add(delete.location()));
    }
    apply(table, locations, declared.getAsInt());
  }

  /** The copies of some files of a table, where its storage keeps any. */
  static void apply(Table table, Collection<String> locations, int copies) {
    if (!isKept(table.io(), table.location())) {
      return;
    }
    try {
      for (String location : locations) {
        set(table.io(), location, (short) copies);
      }
    } catch (IOException e) {
      throw new StorageException(
          ErrorCode.STORAGE_FAILED,
          "Cannot change the copies of the files of %s: %s".formatted(table.name(), e.getMessage()),
          e);
    }
  }

  private static void set(FileIO io, String location, short copies) throws IOException {
    Optional<FileSystem> files = fileSystem(io, location);
    if (files.isPresent()) {
      Path path = new Path(location);
      if (files.get().getFileStatus(path).getReplication() != copies) {
        files.get().setReplication(path, copies);
      }
    }
  }

  private static Optional<FileSystem> fileSystem(FileIO io, String location) {
    if (!(io instanceof HadoopConfigurable hadoop)) {
      return Optional.empty();
    }
    try {
      FileSystem files = new Path(location).getFileSystem(hadoop.getConf());
      return isKeptBy(files.getUri().getScheme()) ? Optional.of(files) : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot reach the storage of " + location, e);
    }
  }

  /** Files whose writers ask for a number of copies. */
  private record ReplicatedFiles(FileIO io, short copies) implements FileIO {
    @Override
    public OutputFile newOutputFile(String location) {
      return fileSystem(io, location)
          .map(
              files ->
                  HadoopOutputFile.fromPath(new Path(location), new CopyingFiles(files, copies)))
          .orElseGet(() -> io.newOutputFile(location));
    }

    @Override
    public InputFile newInputFile(String location) {
      return io.newInputFile(location);
    }

    @Override
    public InputFile newInputFile(String location, long length) {
      return io.newInputFile(location, length);
    }

    @Override
    public void deleteFile(String location) {
      io.deleteFile(location);
    }
  }

  /**
   * A file system as a writer sees it. Hadoop shares one between all who name it, whatever number
   * of copies their configurations ask for, so the number is said for each file. Never closed, as
   * what it stands for is shared.
   */
  private static final class CopyingFiles extends FilterFileSystem {
    private final short copies;

    CopyingFiles(FileSystem files, short copies) {
      super(files);
      this.copies = copies;
    }

    @Override
    public short getDefaultReplication(Path file) {
      return copies;
    }
  }
}
