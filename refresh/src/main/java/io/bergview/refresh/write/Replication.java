package io.bergview.refresh.write;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FilterFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.iceberg.hadoop.HadoopConfigurable;
import org.apache.iceberg.hadoop.HadoopOutputFile;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;

/**
 * {@code $replication}: how many copies HDFS keeps of each data and delete file of a view. Metadata
 * has as many as the storage's default. Storage other than HDFS decides for itself.
 */
public final class Replication {
  private static final Set<String> SCHEMES = Set.of("hdfs", "viewfs", "webhdfs", "swebhdfs");

  private Replication() {}

  /** Whether the storage keeps as many copies of a file as its writer asks for. */
  public static boolean isKept(FileIO io, String location) {
    return fileSystem(io, location).isPresent();
  }

  /** The table's own FileIO, or one whose new files have the given number of copies. */
  static FileIO of(FileIO io, OptionalInt copies) {
    return copies.isPresent() && io instanceof HadoopConfigurable
        ? new ReplicatedFiles(io, (short) copies.getAsInt())
        : io;
  }

  /**
   * Gives files that are there another number of copies. The storage makes and deletes copies by
   * itself, later; nothing is written again.
   *
   * @param locations in storage that keeps copies; others are left as they are
   * @throws UncheckedIOException for a file that is not there, too
   */
  public static void set(FileIO io, Collection<String> locations, int copies) {
    for (String location : locations) {
      fileSystem(io, location).ifPresent(files -> set(files, new Path(location), (short) copies));
    }
  }

  private static void set(FileSystem files, Path path, short copies) {
    try {
      if (files.getFileStatus(path).getReplication() != copies) {
        files.setReplication(path, copies);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot change the copies of " + path, e);
    }
  }

  private static Optional<FileSystem> fileSystem(FileIO io, String location) {
    if (!(io instanceof HadoopConfigurable hadoop)) {
      return Optional.empty();
    }
    try {
      Configuration configuration = hadoop.getConf();
      FileSystem files = new Path(location).getFileSystem(configuration);
      return SCHEMES.contains(files.getUri().getScheme()) ? Optional.of(files) : Optional.empty();
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
