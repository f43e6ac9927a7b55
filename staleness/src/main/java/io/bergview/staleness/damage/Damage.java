package io.bergview.staleness.damage;

import io.bergview.catalog.Catalogs;
import io.bergview.catalog.lineage.SummaryNumbers;
import io.bergview.catalog.storage.Locations;
import io.bergview.catalog.view.RegisteredView;
import io.bergview.errors.BergviewException;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.MissingFileException;
import io.bergview.errors.StorageException;
import io.bergview.projection.definition.TableName;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records and reports lost files of tables.
 *
 * <p>A file that a reader does not find was either deleted with an expired snapshot, which is not
 * damage, or lost: then the snapshot that references it is still in the table. Checking every file
 * before every query would cost more than most queries. So files are checked after reading has
 * failed, and, on local storage and up to a limit, when the state of one view is requested or a
 * refresh would skip it as fresh. Lost files of a view are recorded in the project's folder, and as
 * long as the view references such a file and it is not back, the view is invalid.
 */
public final class Damage {
  private static final Logger LOG = LoggerFactory.getLogger(Damage.class);

  /** Checking this many files takes some 50 ms. */
  private static final long MOST_FILES = 10_000;

  private final Catalogs catalogs;
  private final DamageNotes notes;

  public Damage(Catalogs catalogs) {
    this.catalogs = catalogs;
    this.notes = new DamageNotes(catalogs.project().stateDirectory().resolve("lost-files"));
  }

  /**
   * Whether reading may have failed because of a lost file; {@link #ofView} and {@link #ofTable}
   * determine whether one is lost. In a thread that was interrupted every read fails.
   */
  public static boolean mayExplain(RuntimeException failure) {
    if (Thread.currentThread().isInterrupted()) {
      return false;
    }
    if (!(failure instanceof BergviewException ours)) {
      return true;
    }
    return ours instanceof MissingFileException
        || ours.code() == ErrorCode.STORAGE_FAILED
        || ours.code() == ErrorCode.INTERNAL;
  }

  /** What was noted of a view before and still holds of its table as it was loaded. */
  public Optional<LostFile> noted(RegisteredView view) {
    UUID table = view.table().uuid();
    Optional<DamageNotes.Note> note = notes.of(table);
    Snapshot current = view.table().currentSnapshot();
    if (note.isEmpty() || current == null) {
      return Optional.empty();
    }
    Optional<LostFile> lost = SnapshotCheck.look(view.table(), note.get().file());
    if (lost.isPresent() && current.snapshotId() != note.get().snapshotId()) {
      lost = lost.filter(file -> SnapshotCheck.names(view.table(), current, file));
      lost.ifPresent(
          file -> notes.put(table, view.name(), new DamageNotes.Note(file, current.snapshotId())));
    }
    if (lost.isEmpty()) {
      notes.remove(table);
    }
    return lost;
  }

  /** As {@link #noted}; where nothing was, looks whether the files of a local table are there. */
  public Optional<LostFile> look(RegisteredView view) {
    Snapshot current = view.table().currentSnapshot();
    Optional<LostFile> noted = noted(view);
    if (noted.isPresent() || current == null || !isCheap(view.table(), current)) {
      return noted;
    }
    return found(view, current, () -> SnapshotCheck.firstLost(view.table(), current));
  }

  private static boolean isCheap(Table table, Snapshot snapshot) {
    Map<String, String> summary = snapshot.summary();
    long data =
        SummaryNumbers.number(summary, SnapshotSummary.TOTAL_DATA_FILES_PROP, Long.MAX_VALUE / 2);
    long deletes = SummaryNumbers.number(summary, SnapshotSummary.TOTAL_DELETE_FILES_PROP, 0);
    return data + deletes <= MOST_FILES && Locations.isLocal(table.location());
  }

  /**
   * Finds and records the lost file of a view after reading has failed. Empty if no file is lost or
   * the snapshot that was read is no longer in the table.
   *
   * @param view with its table as it was read
   */
  public Optional<LostFile> ofView(RegisteredView view) {
    Snapshot current = view.table().currentSnapshot();
    if (current == null || !isStillThere(view.tableName(), view.table(), current)) {
      return Optional.empty();
    }
    return found(view, current, () -> SnapshotCheck.reasonOfFailure(view.table(), current));
  }

  /** Whether manifests of the current snapshot are lost, so that it cannot be planned. */
  public boolean hasLostManifests(RegisteredView view) {
    Snapshot current = view.table().currentSnapshot();
    if (current == null) {
      return false;
    }
    boolean noted = noted(view).filter(file -> file.kind().isMetadata()).isPresent();
    return noted
        || (Locations.isLocal(view.table().location())
            && found(view, current, () -> SnapshotCheck.firstLostMetadata(view.table(), current))
                .isPresent());
  }

  private Optional<LostFile> found(
      RegisteredView view, Snapshot snapshot, Supplier<Optional<LostFile>> check) {
    Optional<LostFile> lost = safely(check);
    lost.ifPresent(
        file -> {
          if (notes.of(view.table().uuid()).filter(note -> note.file().equals(file)).isEmpty()) {
            LOG.warn(
                "View {} is invalid until it is recomputed: {}",
                view.name(),
                file.of(view.tableName().toString()));
          }
          notes.put(
              view.table().uuid(), view.name(), new DamageNotes.Note(file, snapshot.snapshotId()));
        });
    return lost;
  }

  /**
   * The lost file of a table after reading has failed, if there is one.
   *
   * @param read the table as it was read
   */
  public Optional<LostFile> ofTable(TableName name, Table read, Snapshot snapshot) {
    return isStillThere(name, read, snapshot)
        ? safely(() -> SnapshotCheck.reasonOfFailure(read, snapshot))
        : Optional.empty();
  }

  private boolean isStillThere(TableName name, Table read, Snapshot snapshot) {
    return safely(() -> catalogs.find(name))
        .filter(now -> now.uuid().equals(read.uuid()))
        .filter(now -> now.snapshot(snapshot.snapshotId()) != null)
        .isPresent();
  }

  /**
   * The failure that is looked into is the one to report, not that of looking. What an interrupted
   * thread cannot read is not lost.
   */
  private static <T> Optional<T> safely(Supplier<Optional<T>> look) {
    try {
      Optional<T> found = look.get();
      return Thread.currentThread().isInterrupted() ? Optional.empty() : found;
    } catch (RuntimeException e) {
      LOG.debug("Cannot look for lost files", e);
      return Optional.empty();
    }
  }

  /** That a view cannot be read. */
  public static StorageException failure(
      RegisteredView view, LostFile file, @Nullable Throwable cause) {
    return new StorageException(
        ErrorCode.FILE_LOST,
        "View %s cannot be read: %s; %s"
            .formatted(view.name(), file.of(view.tableName().toString()), wayOut(view)),
        cause);
  }

  /** What brings a view back. */
  public static String wayOut(RegisteredView view) {
    return view.definition().view().refresh().appends()
        ? "its batches cannot be recomputed: restore the file, or drop the view and apply"
            + " its definition again"
        : "'refreshView %s --full' recomputes it".formatted(view.name());
  }

  /** The error for a table that cannot be read and is not a view's. */
  public static StorageException failure(TableName table, LostFile file, Throwable cause) {
    return new StorageException(
        ErrorCode.FILE_LOST,
        "Table %s is damaged: %s, though its snapshot is still there; restore the file, or roll the table back to a snapshot that is whole"
            .formatted(table, file.of(table.toString())),
        cause);
  }
}
