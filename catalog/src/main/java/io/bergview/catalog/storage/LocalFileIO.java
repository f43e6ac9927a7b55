package io.bergview.catalog.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.exceptions.RuntimeIOException;
import org.apache.iceberg.io.BulkDeletionFailureException;
import org.apache.iceberg.io.DelegateFileIO;
import org.apache.iceberg.io.FileInfo;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.util.PropertyUtil;
import org.jspecify.annotations.Nullable;

/**
 * Iceberg's FileIO over local files, without Hadoop's classes.
 *
 * <p>A file appears at its location completely or not at all: it is written under a hidden name
 * beside it and published atomically when the stream is closed. {@code create} never replaces a
 * file, not even one that appeared while it was writing. A killed process leaves only a hidden
 * {@code .NAME.UUID.tmp}. When {@code close} returns, content and name are on disk.
 *
 * <p>Thread-safe. A location is taken literally ({@code %20} is three characters), as Hadoop does.
 */
public final class LocalFileIO implements DelegateFileIO {
  private static final long serialVersionUID = 1L;

  /**
   * Catalog property: {@code false} leaves it to the operating system when files reach the disk. A
   * power failure may then lose commits; a killed process loses nothing.
   */
  public static final String SYNC = "local.sync";

  private Map<String, String> properties = Map.of();
  private boolean sync = true;

  /** Files written but not synced yet; null if each is synced when it is closed. */
  private transient @Nullable Set<Path> unforced;

  /** As {@code io-impl} demands; {@link #initialize} follows. */
  public LocalFileIO() {}

  /** Whether a file is on the disk, not only in memory, before it is said to be written. */
  public boolean syncs() {
    return sync;
  }

  /**
   * A second way to the same files, for many small ones that matter only together: what its streams
   * write is forced to disk by {@link #force}, not file by file, which waits once instead of twice
   * a file.
   */
  public LocalFileIO deferringSync() {
    LocalFileIO deferring = new LocalFileIO();
    deferring.properties = properties;
    deferring.sync = sync;
    deferring.unforced = sync ? ConcurrentHashMap.newKeySet() : null;
    return deferring;
  }

  /** Forces to disk what was written and not yet forced. */
  public void force() {
    if (unforced != null && !unforced.isEmpty()) {
      Set<Path> written = Set.copyOf(unforced);
      Disk.force(written);
      unforced.removeAll(written);
    }
  }

  @Override
  public void initialize(Map<String, String> newProperties) {
    properties = Map.copyOf(newProperties);
    sync = PropertyUtil.propertyAsBoolean(properties, SYNC, true);
  }

  @Override
  public Map<String, String> properties() {
    return properties;
  }

  @Override
  public InputFile newInputFile(String location) {
    return new LocalInputFile(location, LocalPaths.path(location));
  }

  /** A manifest, which is refused at its reading if its length is not what its list says. */
  @Override
  public InputFile newInputFile(ManifestFile manifest) {
    if (manifest.keyMetadata() != null) {
      return DelegateFileIO.super.newInputFile(manifest);
    }
    return new LocalInputFile(
        manifest.path(), LocalPaths.path(manifest.path()), OptionalLong.of(manifest.length()));
  }

  @Override
  public OutputFile newOutputFile(String location) {
    Path path = LocalPaths.path(location);
    if (unforced != null) {
      unforced.add(path);
    }
    return new LocalOutputFile(location, path, sync && unforced == null);
  }

  /** Deletes one file; a missing file is not an error, a directory is. */
  @Override
  public void deleteFile(String location) {
    Path path = LocalPaths.path(location);
    try {
      if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
        throw new RuntimeIOException("Cannot delete %s as a file: it is a directory", location);
      }
      Files.deleteIfExists(path);
    } catch (IOException e) {
      throw failure("delete", location, e);
    }
  }

  @Override
  public void deleteFiles(Iterable<String> locations) throws BulkDeletionFailureException {
    int failures = 0;
    for (String location : locations) {
      try {
        deleteFile(location);
      } catch (RuntimeException e) {
        failures++;
      }
    }
    if (failures > 0) {
      throw new BulkDeletionFailureException(failures);
    }
  }

  /**
   * The files under a directory, in no order, spelled like the prefix; empty if there is no such
   * directory. Symbolic links are not followed, lock files are omitted.
   */
  @Override
  public Iterable<FileInfo> listPrefix(String prefix) {
    Path root = LocalPaths.path(prefix);
    String spelling = LocalPaths.prefix(prefix);
    List<FileInfo> files = new ArrayList<>();
    walk(
        root,
        prefix,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (!file.endsWith(FileLockManager.LOCK_FILE)) {
              files.add(
                  new FileInfo(
                      spelling + file,
                      attributes.size(),
                      attributes.lastModifiedTime().toMillis()));
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            return skipVanished(e);
          }
        });
    return files;
  }

  /** Deletes a directory with all that is in it; links in it are deleted, not followed. */
  @Override
  public void deletePrefix(String prefix) {
    walk(
        LocalPaths.path(prefix),
        prefix,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            return skipVanished(e);
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e)
              throws IOException {
            Files.deleteIfExists(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /** Removes the directories under a location that hold nothing, and the location if it does. */
  public static void deleteEmptyDirectories(String location) {
    walk(
        LocalPaths.path(location),
        location,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            return skipVanished(e);
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e)
              throws IOException {
            try {
              Files.deleteIfExists(directory);
            } catch (DirectoryNotEmptyException stillUsed) {
              return FileVisitResult.CONTINUE;
            }
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private static FileVisitResult skipVanished(IOException e) throws IOException {
    if (e instanceof NoSuchFileException) {
      return FileVisitResult.CONTINUE;
    }
    throw e;
  }

  private static void walk(Path root, String location, SimpleFileVisitor<Path> visitor) {
    if (!Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try {
      Files.walkFileTree(root, visitor);
    } catch (IOException e) {
      throw failure("walk", location, e);
    }
  }

  static RuntimeException failure(String verb, String location, IOException e) {
    if (e instanceof NoSuchFileException) {
      return new org.apache.iceberg.exceptions.NotFoundException(
          e, "Cannot %s %s: there is no such file", verb, location);
    }
    String why = e instanceof AccessDeniedException ? "permission denied" : String.valueOf(e);
    return new UncheckedIOException("Cannot %s %s: %s".formatted(verb, location, why), e);
  }
}
