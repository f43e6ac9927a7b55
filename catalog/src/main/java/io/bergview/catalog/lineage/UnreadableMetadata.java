package io.bergview.catalog.lineage;

import io.bergview.errors.ErrorCode;
import io.bergview.errors.StorageException;
import io.bergview.errors.StorageRefusal;
import java.util.Optional;
import org.apache.iceberg.Table;

/** What is said where manifests, or the lists of them, cannot be read. */
public final class UnreadableMetadata {
  private UnreadableMetadata() {}

  /** A failure to read a file, which may be the storage's or the network's. */
  public static StorageException of(Table table, Exception failure) {
    return refused(table, failure)
        .orElseGet(
            () ->
                new StorageException(
                    ErrorCode.STORAGE_FAILED,
                    "Cannot read the metadata of table '%s': %s"
                        .formatted(table.name(), failure.getMessage()),
                    failure));
  }

  /** Empty for a failure that may be that of the file itself. */
  public static Optional<StorageException> refused(Table table, Throwable failure) {
    return StorageRefusal.ofReading(failure)
        .map(
            refusal ->
                new StorageException(
                    refusal.code(),
                    "Cannot read the metadata of table '%s': %s"
                        .formatted(table.name(), refusal.text()),
                    failure));
  }
}
