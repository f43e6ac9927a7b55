package io.bergview.pipeline.cache;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.Optional;
import org.apache.iceberg.io.FileIO;

/**
 * A file of a table as a local one of the same length, from {@link LocalFiles#acquire} to {@link
 * LocalFiles#release}. Of a remote file only those bytes are there that were fetched; a local one
 * is there as it is.
 */
public final class LocalCopy {
  private final Path path;
  private final StoredFile file;
  private final Optional<Remote> remote;

  /** Where the bytes of a remote file come from, and where they go. */
  record Remote(FileIO io, CacheFolder folder, CacheFolder.Use use) {}

  LocalCopy(Path path, StoredFile file, Optional<Remote> remote) {
    this.path = requireNonNull(path, "path is null");
    this.file = requireNonNull(file, "file is null");
    this.remote = requireNonNull(remote, "remote is null");
  }

  public Path path() {
    return path;
  }

  /** The file that this is of. */
  public StoredFile file() {
    return file;
  }

  /** Whether bytes are there only once they were fetched. */
  public boolean isRemote() {
    return remote.isPresent();
  }

  Remote remote() {
    return remote.orElseThrow();
  }
}
