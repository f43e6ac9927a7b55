package io.bergview.pipeline.sink;

import io.bergview.catalog.storage.LocalFileIO;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.StorageException;
import io.bergview.pipeline.DuckDbSession;
import io.bergview.pipeline.cache.LocalFiles;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.iceberg.PartitionData;
import org.apache.iceberg.hadoop.HadoopFileIO;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.PositionOutputStream;
import org.apache.iceberg.io.ResolvingFileIO;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes files from a scratch directory at their locations. Where the location is a local path
 * that the table's FileIO would itself write to, the scratch directory lies beside it and a file is
 * renamed; otherwise it is copied out through the FileIO. Unless kept, closing removes them all.
 */
final class Publication implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Publication.class);

  private static final int LONGEST_NAME_BYTES = 255;

  private final FileTarget target;
  private final String token;
  private final Path scratch;
  private final boolean local;
  private final List<String> published = new ArrayList<>();
  private boolean kept;

  private Publication(FileTarget target, String token, Path scratch, boolean local) {
    this.target = target;
    this.token = token;
    this.scratch = scratch;
    this.local = local;
  }

  static Publication open(DuckDbSession session, FileTarget target, String token) {
    Optional<Path> beside =
        localPath(target, target.locations().newDataLocation(token + "-scratch"));
    try {
      Path scratch = beside.isPresent() ? beside.get() : session.newScratchDirectory();
      Files.createDirectories(scratch);
      return new Publication(target, token, scratch, beside.isPresent());
    } catch (IOException e) {
      throw failed("create a directory for", token, e);
    }
  }

  Path scratch() {
    return scratch;
  }

  /** Moves a file to its place and returns its location. */
  String publish(Path file, PartitionData partition) {
    String name = "%s-%05d.parquet".formatted(token, published.size());
    String location = location(name, partition);
    published.add(location);
    try {
      Optional<Path> path = local ? localPath(target, location) : Optional.empty();
      if (path.isPresent()) {
        Files.createDirectories(path.get().toAbsolutePath().getParent());
        if (target.io() instanceof LocalFileIO durable && durable.syncs()) {
          force(file);
        }
        Files.move(file, path.get());
      } else {
        upload(file, target.io(), location);
      }
    } catch (IOException | UncheckedIOException e) {
      throw failed("write", location, e);
    }
    return location;
  }

  /**
   * Iceberg's place for the partition, unless a file system could not hold its directory's name.
   */
  private String location(String name, PartitionData partition) {
    if (target.spec().isPartitioned()) {
      String location = target.locations().newDataLocation(target.spec(), partition, name);
      boolean tooLong =
          Stream.of(location.split("/"))
              .anyMatch(part -> part.getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME_BYTES);
      if (!tooLong) {
        return location;
      }
    }
    return target.locations().newDataLocation(name);
  }

  private static void upload(Path file, FileIO io, String location) throws IOException {
    try (PositionOutputStream out = io.newOutputFile(location).create()) {
      Files.copy(file, (OutputStream) out);
    }
  }

  /** Before a commit may name the file, its bytes must be on the disk. */
  private static void force(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }

  private static Optional<Path> localPath(FileTarget target, String location) {
    boolean writesInPlace =
        target.io() instanceof LocalFileIO
            || target.io() instanceof HadoopFileIO
            || target.io() instanceof ResolvingFileIO;
    return writesInPlace ? LocalFiles.localPath(location) : Optional.empty();
  }

  void keep() {
    kept = true;
  }

  @Override
  public void close() {
    if (!kept) {
      published.forEach(this::remove);
    }
    try (Stream<Path> files = Files.walk(scratch)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | UncheckedIOException e) {
      LOG.warn("Could not remove scratch directory {}", scratch, e);
    }
  }

  private void remove(String location) {
    try {
      Optional<Path> path = local ? localPath(target, location) : Optional.empty();
      if (path.isPresent()) {
        Files.deleteIfExists(path.get());
      } else {
        target.io().deleteFile(location);
      }
    } catch (IOException | RuntimeException e) {
      LOG.warn("Could not remove unfinished file {}", location, e);
    }
  }

  private static StorageException failed(String what, String name, Exception e) {
    return new StorageException(
        ErrorCode.STORAGE_FAILED,
        "Cannot %s '%s': %s. Nothing was committed.".formatted(what, name, e.getMessage()),
        e);
  }
}
