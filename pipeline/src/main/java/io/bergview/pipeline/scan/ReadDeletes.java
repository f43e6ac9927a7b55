package io.bergview.pipeline.scan;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.bergview.pipeline.cache.LocalFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.iceberg.util.CharSequenceMap;
import org.jspecify.annotations.Nullable;

/**
 * The position deletes that files hold, as they were read: each data file that is updated in place
 * gains delete files, all of which apply again to every read of it. They are kept as long as the
 * project is open, so a file is identified not only by its name but also, if it is on this machine,
 * by its length, modification time and inode. Thread-safe.
 */
final class ReadDeletes {
  /** Of all together, by Iceberg's estimate: 8 bytes for each deleted row. */
  private static final long MOST_BYTES = 64L << 20;

  private static final int BYTES_OF_A_FILE = 512;

  private record Key(String location, long length, FileTime written, @Nullable Object inode) {}

  /**
   * @param positions by the location of the data file
   */
  private record Kept(CharSequenceMap<?> positions, long bytes) {}

  private final Cache<Key, Kept> files;

  ReadDeletes() {
    this(MOST_BYTES);
  }

  ReadDeletes(long mostBytes) {
    this.files =
        Caffeine.newBuilder()
            .maximumWeight(mostBytes)
            .weigher(
                (Key key, Kept kept) ->
                    (int) Math.min(Integer.MAX_VALUE, kept.bytes() + BYTES_OF_A_FILE))
            .executor(Runnable::run)
            .build();
  }

  /**
   * What Iceberg's loader reads of a delete file.
   *
   * @param read reads it; what is not position deletes is not kept
   * @param bytes about how much memory it takes
   */
  Object get(String location, Supplier<?> read, long bytes) {
    Optional<Key> key = key(location);
    Kept kept = key.map(files::getIfPresent).orElse(null);
    if (kept != null) {
      return kept.positions();
    }
    Object loaded = read.get();
    if (loaded instanceof CharSequenceMap<?> positions) {
      key.ifPresent(found -> files.put(found, new Kept(positions, bytes)));
    }
    return loaded;
  }

  /** Empty for a file that is gone, which reading it says better. */
  private static Optional<Key> key(String location) {
    Optional<Path> local = LocalFiles.localPath(location);
    if (local.isEmpty()) {
      return Optional.of(new Key(location, 0, FileTime.fromMillis(0), null));
    }
    try {
      BasicFileAttributes now = Files.readAttributes(local.get(), BasicFileAttributes.class);
      return Optional.of(new Key(location, now.size(), now.lastModifiedTime(), now.fileKey()));
    } catch (NoSuchFileException gone) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
