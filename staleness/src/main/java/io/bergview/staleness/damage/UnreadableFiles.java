package io.bergview.staleness.damage;

import io.bergview.catalog.lineage.UnreadableMetadata;
import io.bergview.catalog.view.ViewProperties;
import io.bergview.errors.BergviewException;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.StorageException;
import io.bergview.errors.StorageRefusal;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.NotFoundException;

/**
 * Error messages for unreadable files of tables, instead of those of the library that failed: those
 * are among the causes.
 */
public final class UnreadableFiles {
  private static final String DENIED = "Permission denied";

  private UnreadableFiles() {}

  /**
   * @param kind of the file, to begin a sentence: "Data file"
   */
  public static StorageException of(Table table, String kind, String location, Throwable cause) {
    Optional<StorageRefusal> refusal = StorageRefusal.ofReading(cause);
    if (refusal.isPresent()) {
      return new StorageException(
          refusal.get().code(),
          "%s %s of table %s cannot be read: %s"
              .formatted(kind, location, table.name(), refusal.get().text()),
          cause);
    }
    boolean denied = chain(cause).anyMatch(UnreadableFiles::denies);
    return new StorageException(
        denied ? ErrorCode.ACCESS_DENIED : ErrorCode.STORAGE_FAILED,
        "%s %s of table %s cannot be read: %s; %s"
            .formatted(
                kind,
                location.replace("\0", "\\u0000"),
                table.name(),
                denied ? "permission is denied" : "it is damaged, or its storage failed",
                denied ? "let the user that runs Bergview read it" : wayOut(table)),
        cause);
  }

  /**
   * Refuses a file that was cut off: of ORC and Avro, readers take what is left for the whole.
   *
   * @throws StorageException {@code STORAGE_FAILED}
   */
  public static void checkLength(Table table, String kind, ContentFile<?> file) {
    if (file.format() == FileFormat.PARQUET || file.format() == FileFormat.PUFFIN) {
      return;
    }
    long length = table.io().newInputFile(file.location()).getLength();
    if (length != file.fileSizeInBytes()) {
      throw of(
          table,
          kind,
          file.location(),
          new IllegalStateException(
              "it has %d bytes instead of %d".formatted(length, file.fileSizeInBytes())));
    }
  }

  /**
   * A failure to plan a snapshot, converted to that of the unreadable manifest list or manifest, if
   * there is one; otherwise of the snapshot, unless the storage failed.
   */
  public static RuntimeException ofPlanning(
      Table table, Snapshot snapshot, RuntimeException failure) {
    if (!isOfReading(failure)) {
      return failure;
    }
    Optional<StorageException> refused = UnreadableMetadata.refused(table, failure);
    if (refused.isPresent()) {
      return refused.get();
    }
    return SnapshotCheck.metadataReasonOfFailure(table, snapshot)
        .<RuntimeException>map(
            file ->
                new StorageException(
                    ErrorCode.FILE_LOST,
                    "Table %s is damaged: %s; %s"
                        .formatted(table.name(), file.of(table.name()), wayOut(table)),
                    failure))
        .orElseGet(() -> isOfStorage(failure) ? failure : ofSnapshot(table, snapshot, failure));
  }

  /** Each of its files can be read; what they say makes no sense. */
  private static StorageException ofSnapshot(
      Table table, Snapshot snapshot, RuntimeException failure) {
    return new StorageException(
        ErrorCode.STORAGE_FAILED,
        "The manifests of snapshot %d of table %s are inconsistent: one that %s names is damaged; %s"
            .formatted(
                snapshot.snapshotId(),
                table.name(),
                snapshot.manifestListLocation(),
                wayOut(table)),
        failure);
  }

  private static boolean isOfStorage(Throwable failure) {
    return chain(failure).anyMatch(link -> link instanceof IOException);
  }

  /**
   * Whether a failure is one of reading, not one that is already converted or of a missing file.
   */
  public static boolean isOfReading(Throwable failure) {
    return chain(failure)
        .noneMatch(
            link ->
                link instanceof BergviewException
                    || link instanceof NotFoundException
                    || link instanceof NoSuchFileException
                    || link instanceof FileNotFoundException);
  }

  private static boolean denies(Throwable link) {
    return link instanceof AccessDeniedException
        || String.valueOf(link.getMessage()).contains(DENIED);
  }

  private static Stream<Throwable> chain(Throwable failure) {
    return Stream.iterate(failure, Objects::nonNull, Throwable::getCause);
  }

  private static String wayOut(Table table) {
    String view = table.properties().get(ViewProperties.VIEW);
    return view == null
        ? "restore the file, or roll the table back to a snapshot that is whole"
        : "restore the file, or recompute the view with 'refreshView %s --full'".formatted(view);
  }
}
