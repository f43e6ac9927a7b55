package io.bergview.pipeline.scan;

import static io.bergview.projection.sql.DuckDbTypes.text;
import static java.util.Objects.requireNonNull;

import io.bergview.catalog.storage.ReplacedFile;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.MissingFileException;
import io.bergview.errors.StorageException;
import io.bergview.pipeline.CancelledException;
import io.bergview.projection.text.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.io.FileIO;
import org.jspecify.annotations.Nullable;

/**
 * Iceberg files as local paths. Local ones are read in place. Others are fetched whole into an
 * immutable cache, named by what {@link StoredFile} knows of them, which several processes may
 * share: a file appears in it by an atomic rename.
 *
 * <p>The cache is bounded: the files used longest ago go first, but none that anybody is using, in
 * this process or another ({@link CacheFolder}). It may pass its limit while the scans of the
 * moment need more. Thread-safe.
 */
public final class LocalFiles {
  private final Path directory;
  private final long maxBytes;
  private final Clock clock;
  private @Nullable CacheFolder folder;

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

  /** A path for DuckDB's readers, which expect a pattern: wildcards are escaped in brackets. */
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
  Path acquire(FileIO io, StoredFile file) {
    String location = file.location();
    Optional<Path> local = inPlace(location);
    if (local.isPresent()) {
      checkLength(local.get(), location, file.lengthBytes());
      return local.get();
    }
    try {
      return cached(io, file);
    } catch (NotFoundException e) {
      throw new MissingFileException(location, e);
    } catch (IOException | UncheckedIOException e) {
      throw new StorageException(
          ErrorCode.STORAGE_FAILED, "Cannot read '" + location + "': " + e.getMessage(), e);
    }
  }

  private Path cached(FileIO io, StoredFile file) throws IOException {
    CacheFolder cache = folder();
    Path copy = cache.resolve(name(file));
    CacheFolder.Use use = cache.hold(copy);
    try {
      if (!isWhole(copy, file.lengthBytes())) {
        fetchOnce(io, file, cache, copy, use);
      } else {
        setUsed(copy);
      }
      return copy;
    } catch (IOException | RuntimeException e) {
      cache.release(copy);
      throw e;
    }
  }

  /** The folder is made when the first remote file is read. */
  private synchronized CacheFolder folder() throws IOException {
    CacheFolder known = folder;
    if (known == null) {
      known = CacheFolder.at(directory);
      folder = known;
    }
    return known;
  }

  /** Others of this process who need the file wait for it. */
  private void fetchOnce(
      FileIO io, StoredFile file, CacheFolder cache, Path copy, CacheFolder.Use use)
      throws IOException {
    try {
      use.fetching.lockInterruptibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancelledException(e);
    }
    try {
      if (!isWhole(copy, file.lengthBytes())) {
        fetch(io, file, cache, copy);
      }
    } finally {
      use.fetching.unlock();
    }
    cache.evict(maxBytes);
  }

  /** A machine that lost power may have kept the name of a file and not all of its content. */
  private static boolean isWhole(Path copy, long length) {
    return Files.isRegularFile(copy) && sizeOf(copy) == length;
  }

  private void setUsed(Path copy) throws IOException {
    Files.getFileAttributeView(copy, BasicFileAttributeView.class)
        .setTimes(null, FileTime.from(clock.instant()), null);
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
  void release(Path path) {
    CacheFolder cache;
    synchronized (this) {
      cache = folder;
    }
    if (cache != null) {
      cache.release(path);
    }
  }

  private void fetch(FileIO io, StoredFile file, CacheFolder cache, Path copy) throws IOException {
    Path partial = cache.resolve("partial-" + UUID.randomUUID());
    cache.hold(partial);
    try {
      try (InputStream in = io.newInputFile(file.location(), file.lengthBytes()).newStream()) {
        long copied = Files.copy(in, partial);
        if (copied != file.lengthBytes()) {
          throw new IOException(
              "it has %d bytes, its manifest says %d".formatted(copied, file.lengthBytes()));
        }
      }
      setUsed(partial);
      ReplacedFile.move(partial, copy);
    } finally {
      Files.deleteIfExists(partial);
      cache.release(partial);
    }
  }

  private static long sizeOf(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      return 0; // Evicted by another process.
    }
  }

  private static String name(StoredFile file) {
    return Sha256.hex(file.lengthBytes() + " " + file.origin() + " " + file.location());
  }
}
