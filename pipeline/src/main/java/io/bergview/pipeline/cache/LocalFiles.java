package io.bergview.pipeline.cache;

import static io.bergview.projection.sql.DuckDbTypes.text;
import static java.util.Objects.requireNonNull;

import io.bergview.errors.ErrorCode;
import io.bergview.errors.MissingFileException;
import io.bergview.errors.StorageException;
import io.bergview.projection.text.Sha256;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.iceberg.io.FileIO;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Iceberg files as local paths. Local ones are read in place. Others are read through an immutable
 * cache that several processes may share: a file there has the length of the remote one, and those
 * of its bytes that somebody has needed ({@link SparseFile}). It is named by what {@link
 * StoredFile} knows of the remote file.
 *
 * <p>The cache is bounded: the files used longest ago go first, but none that anybody is using, in
 * this process or another ({@link CacheFolder}). It may pass its limit while the scans of the
 * moment need more. All of it may be deleted while no process runs. Thread-safe.
 */
public final class LocalFiles {
  private static final Logger LOG = LoggerFactory.getLogger(LocalFiles.class);

  /** The folder is looked at again when this part of its limit was added. */
  private static final int EVICTION_STEPS = 64;

  private final Path directory;
  private final long maxBytes;
  private final Clock clock;
  private final AtomicLong fetched = new AtomicLong();
  private final AtomicLong sinceEviction = new AtomicLong();
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
   * @throws StorageException if a local file has another length than its table says, or the cache
   *     cannot be written
   */
  public LocalCopy acquire(FileIO io, StoredFile file) {
    String location = file.location();
    Optional<Path> local = inPlace(location);
    if (local.isPresent()) {
      checkLength(local.get(), location, file.lengthBytes());
      return new LocalCopy(local.get(), file, Optional.empty());
    }
    try {
      CacheFolder cache = folder();
      Path copy = cache.resolve(name(file));
      return new LocalCopy(
          copy,
          file,
          Optional.of(new LocalCopy.Remote(io, cache, cache.hold(copy, file.lengthBytes()))));
    } catch (IOException e) {
      throw new StorageException(
          ErrorCode.STORAGE_FAILED,
          "Cannot use the cache folder %s: %s".formatted(directory, e.getMessage()),
          e);
    }
  }

  /** Gives back what {@link #acquire} gave, once. */
  public void release(LocalCopy copy) {
    if (copy.isRemote()) {
      copy.remote().folder().release(copy.path());
    }
  }

  /**
   * Has bytes of files there, those that are missing in parallel.
   *
   * @throws MissingFileException if one of the files no longer exists
   * @throws StorageException if one cannot be read, or is shorter than its table says
   * @throws io.bergview.pipeline.CancelledException where the thread is interrupted
   */
  public void fetch(Map<LocalCopy, ByteRanges> wanted) {
    long bytes = Fetch.all(wanted);
    fetched.addAndGet(bytes);
    try {
      for (LocalCopy copy : wanted.keySet()) {
        if (copy.isRemote()) {
          setUsed(copy.path());
        }
      }
      if (bytes > 0 && sinceEviction.addAndGet(bytes) >= maxBytes / EVICTION_STEPS) {
        sinceEviction.set(0);
        folder().evict(maxBytes);
      }
    } catch (IOException e) {
      LOG.warn("Cannot keep the cache folder {} within its limit: {}", directory, e.toString());
    }
  }

  /** Bytes of a file, which are fetched where they are missing. */
  public byte[] read(LocalCopy copy, ByteRange range) {
    fetch(Map.of(copy, ByteRanges.of(range)));
    try {
      return SparseFile.read(copy.path(), range);
    } catch (IOException e) {
      throw new StorageException(
          ErrorCode.STORAGE_FAILED,
          "Cannot read the copy of '%s': %s".formatted(copy.file().location(), e.getMessage()),
          e);
    }
  }

  /** How many bytes of remote files were fetched so far. */
  public long bytesFetched() {
    return fetched.get();
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

  private void setUsed(Path copy) throws IOException {
    Files.getFileAttributeView(copy, BasicFileAttributeView.class)
        .setTimes(null, FileTime.from(clock.instant()), null);
  }

  /** Iceberg's files never change: one of another length was cut off, or is another file. */
  private static void checkLength(Path file, String location, long length) {
    long found;
    try {
      found = Files.size(file);
    } catch (IOException e) {
      throw new MissingFileException(location, e);
    }
    if (found != length) {
      throw new StorageException(
          ErrorCode.STORAGE_FAILED,
          "Cannot read '%s': it has %d bytes, its manifest says %d"
              .formatted(location, found, length));
    }
  }

  private static String name(StoredFile file) {
    return Sha256.hex(file.lengthBytes() + " " + file.origin() + " " + file.location());
  }
}
