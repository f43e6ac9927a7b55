package io.bergview.pipeline.scan;

import static io.bergview.projection.sql.DuckDbTypes.text;
import static java.util.Objects.requireNonNull;

import io.bergview.catalog.storage.ReplacedFile;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.MissingFileException;
import io.bergview.errors.StorageException;
import io.bergview.projection.text.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.io.FileIO;

/**
 * Iceberg files as local paths. Local ones are read in place. Others are fetched whole into an
 * immutable cache, named by location and length, which several processes may share: a file appears
 * in it by an atomic rename.
 *
 * <p>The cache is bounded: the files used longest ago go first, but none that a relation of this
 * process is using. It may pass its limit while one scan alone needs more.
 */
public final class LocalFiles {
  private final Path directory;
  private final long maxBytes;
  private final Clock clock;
  private final Map<Path, Integer> inUse = new HashMap<>();

  public LocalFiles(Path directory, long maxBytes, Clock clock) {
    this.directory = requireNonNull(directory, "directory is null");
    this.maxBytes = maxBytes;
    this.clock = requireNonNull(clock, "clock is null");
  }

  /** The local file that a location names, if it names an existing one. */
  public static Optional<Path> inPlace(String location) {
    return localPath(location).filter(Files::isRegularFile);
  }

  /**
   * The path that a location without scheme, or with scheme {@code file}, names. Iceberg's FileIOs
   * take such a location literally; where no such file exists but one does by URI rules, it is
   * that.
   */
  public static Optional<Path> localPath(String location) {
    String path = location;
    if (location.toLowerCase(Locale.ROOT).startsWith("file:")) {
      path = location.substring("file:".length());
      if (path.startsWith("//")) {
        int root = path.indexOf('/', 2);
        path = root < 0 ? "/" : path.substring(root);
      }
    } else if (!location.startsWith("/")) {
      return Optional.empty();
    }
    Path literal = Path.of(path);
    if (!Files.exists(literal) && path.indexOf('%') >= 0) {
      Optional<Path> decoded = decode(path).filter(Files::exists);
      if (decoded.isPresent()) {
        return decoded;
      }
    }
    return Optional.of(literal);
  }

  /**
   * A path as DuckDB's readers take one: text that is a pattern, in which a wildcard in brackets
   * stands for itself.
   */
  public static String pattern(Path path) {
    return text(path.toString().replaceAll("[\\[*?]", "[$0]"));
  }

  private static Optional<Path> decode(String path) {
    try {
      return Optional.of(
          Path.of(URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /**
   * A local copy of a file, which stays until {@link #release}.
   *
   * @throws MissingFileException if it no longer exists
   */
  Path acquire(FileIO io, String location, long length) {
    Optional<Path> local = inPlace(location);
    if (local.isPresent()) {
      checkLength(local.get(), location, length);
      return local.get();
    }
    Path copy = directory.resolve(name(location, length));
    synchronized (this) {
      inUse.merge(copy, 1, Integer::sum);
    }
    try {
      if (Files.exists(copy)) {
        Files.setLastModifiedTime(copy, FileTime.from(clock.instant()));
      } else {
        fetch(io, location, length, copy);
        evict();
      }
      return copy;
    } catch (NotFoundException e) {
      release(copy);
      throw new MissingFileException(location, e);
    } catch (IOException | UncheckedIOException e) {
      release(copy);
      throw new StorageException(
          ErrorCode.STORAGE_FAILED, "Cannot read '" + location + "': " + e.getMessage(), e);
    } catch (RuntimeException e) {
      release(copy);
      throw e;
    }
  }

  /** Iceberg's files never change: one of another length was cut off, or is another file. */
  private static void checkLength(Path file, String location, long length) {
    long found = sizeOf(file);
    if (found != length) {
      throw new StorageException(
          ErrorCode.STORAGE_FAILED,
          "Cannot read '%s': it has %d bytes, its manifest says %d"
              .formatted(location, found, length));
    }
  }

  /** Gives back what {@link #acquire} gave. */
  synchronized void release(Path path) {
    inUse.computeIfPresent(path, (unused, count) -> count == 1 ? null : count - 1);
  }

  private void fetch(FileIO io, String location, long length, Path copy) throws IOException {
    Files.createDirectories(directory);
    Path partial = directory.resolve("partial-" + UUID.randomUUID());
    try {
      try (InputStream in = io.newInputFile(location, length).newStream()) {
        long copied = Files.copy(in, partial);
        if (copied != length) {
          throw new IOException("it has " + copied + " bytes, its manifest says " + length);
        }
      }
      Files.setLastModifiedTime(partial, FileTime.from(clock.instant()));
      ReplacedFile.move(partial, copy);
    } finally {
      Files.deleteIfExists(partial);
    }
  }

  private synchronized void evict() throws IOException {
    List<Path> oldestFirst;
    try (Stream<Path> files = Files.list(directory)) {
      oldestFirst = files.sorted(Comparator.comparing(LocalFiles::lastUsed)).toList();
    }
    long total = 0;
    for (Path file : oldestFirst) {
      total += sizeOf(file);
    }
    for (Path file : oldestFirst) {
      if (total <= maxBytes) {
        return;
      }
      if (!inUse.containsKey(file) && !file.getFileName().toString().startsWith("partial-")) {
        total -= sizeOf(file);
        Files.deleteIfExists(file);
      }
    }
  }

  private static FileTime lastUsed(Path file) {
    try {
      return Files.getLastModifiedTime(file);
    } catch (IOException e) {
      return FileTime.fromMillis(0); // Evicted by another process.
    }
  }

  private static long sizeOf(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      return 0; // Evicted by another process.
    }
  }

  private static String name(String location, long length) {
    return Sha256.hex(length + " " + location);
  }
}
