package io.bergview.refresh.incremental;

import io.bergview.catalog.storage.Locations;
import io.bergview.pipeline.engine.EngineSession;
import io.bergview.projection.definition.RefreshSettings;
import io.bergview.projection.definition.RefreshSettings.Policy;
import io.bergview.projection.plan.SourceTable;
import io.bergview.refresh.RefreshPlan;
import io.bergview.refresh.RefreshReason;
import io.bergview.refresh.algebra.ViewDelta;
import io.bergview.refresh.change.StoredFiles;
import io.bergview.refresh.change.StoredRows;
import io.bergview.refresh.change.WideRows;
import io.bergview.staleness.SnapshotRows;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.Schema;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;

/**
 * What the difference of a view is computed from.
 *
 * @param table the view's, at the snapshot that the refresh was planned on
 * @param before the sources as the view has read them
 * @param now the sources as they are pinned
 * @param rootRows how many rows the root's table has now
 */
record DeltaContext(
    EngineSession session,
    ScratchTables scratch,
    ViewDelta algebra,
    Table table,
    SourceChanges changes,
    SourceReads before,
    SourceReads now,
    long rootRows,
    RefreshCosts costs) {
  /** A share of a source that is read more than once, for each of its two states. */
  private static final double LARGE_SHARE = 0.2;

  /** What may be fetched for a row that perhaps need not be written, which takes a hundred. */
  private static final long FETCHED_BYTES_FOR_A_ROW = 10_000;

  /** Rows of which a total is computed in less time than a commit takes. */
  private static final long QUICKLY_ADDED_ROWS = 1_000_000;

  Schema schema() {
    return table.schema();
  }

  /** The view's files that may hold rows of some keys. */
  StoredFiles stored(String keys, List<List<String>> paths) {
    return StoredFiles.of(session, table, keys, paths);
  }

  /** The positions of the view's rows, if nothing else of them is needed. */
  StoredRows places(StoredFiles files) {
    return StoredRows.places(session, files);
  }

  /**
   * Whether stored rows are not worth reading to see which of them stay as they are: what would
   * have to be fetched is much more than what is written instead.
   *
   * @param rows how many keys they have
   */
  boolean isDearToCompare(StoredFiles files, long rows) {
    long remote =
        files.tasks().stream()
            .map(FileScanTask::file)
            .filter(file -> !Locations.isLocal(file.location()))
            .mapToLong(ContentFile::fileSizeInBytes)
            .sum();
    return remote > FETCHED_BYTES_FOR_A_ROW * rows;
  }

  /** The view's rows to be compared with new ones. */
  StoredRows readToCompare(StoredFiles files) {
    return files.tasks().isEmpty() || WideRows.isWide(files.view().schema())
        ? StoredRows.hashes(session, files)
        : StoredRows.read(session, files);
  }

  StoredRows read(StoredFiles files) {
    return StoredRows.read(session, files);
  }

  /** That a recompute is cheaper than to follow a change, or the only way. */
  static final class RecomputeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient RefreshPlan.Full instead;

    RecomputeException(RefreshPlan.Full instead) {
      super(instead.message(), null, false, false);
      this.instead = instead;
    }

    RefreshPlan.Full instead() {
      return instead;
    }
  }

  private static RecomputeException tooLarge(String message) {
    return new RecomputeException(
        new RefreshPlan.Full(RefreshReason.DELTA_TOO_LARGE, message, false));
  }

  /**
   * @param cheaper a recompute, if it is estimated to be
   * @throws RecomputeException if there is one
   */
  static void refuse(Optional<RefreshPlan.Full> cheaper) {
    if (cheaper.isPresent()) {
      throw new RecomputeException(cheaper.get());
    }
  }

  /**
   * Finding and reading root rows by what they lead to.
   *
   * @throws RecomputeException where it costs more than a recompute
   */
  void refuseRegrouping() {
    Table root = now.place(algebra.rootType()).table();
    refuse(
        costs.ofRegrouping(
            rootRows,
            SourceVersions.total(root, SnapshotSummary.TOTAL_FILE_SIZE_PROP),
            SourceVersions.total(root, SnapshotSummary.TOTAL_DATA_FILES_PROP)));
  }

  /**
   * @param affected how many root rows are to be computed again
   * @throws RecomputeException where a full refresh is taken to be cheaper
   */
  void refuseTooMany(long affected) {
    if (isWorthwhile(affected > RefreshCosts.SMALL_ROWS) && affected > maxDelta() * rootRows) {
      throw tooLarge(
          "%d of about %d rows of type %s are affected, more than $refresh.maxDelta (%s)"
              .formatted(affected, rootRows, algebra.rootType(), percent(maxDelta())));
    }
  }

  /** Whether a recompute may be chosen, and would be cheaper or is bound to a named share. */
  private boolean isWorthwhile(boolean cheaper) {
    RefreshSettings settings = algebra.view().definition().refresh();
    return settings.policy() == Policy.AUTO && (settings.maxDelta().isPresent() || cheaper);
  }

  /**
   * Inserted rows of a view of rows are added however many they are: a recompute writes them too.
   *
   * @throws RecomputeException where they are more than the share which its definition names
   */
  void refuseMoreThanNamed(long gained) {
    if (algebra.view().definition().refresh().maxDelta().isPresent()) {
      refuseTooMany(gained);
    }
  }

  private double maxDelta() {
    return algebra.view().definition().refresh().maxDelta().orElse(RefreshSettings.USUAL_MAX_DELTA);
  }

  /**
   * The rows of a group can be anywhere in the sources.
   *
   * @param again how many groups must be computed again
   * @throws RecomputeException where computing all of them is taken to be cheaper
   */
  void refuseTooManyGroups(long again) {
    if (isWorthwhile(rootRows > RefreshCosts.QUICKLY_COMPARED_ROWS)
        && again > maxDelta() * viewRows()) {
      throw tooLarge(
          "%d of about %d groups must be recomputed, more than $refresh.maxDelta (%s)"
              .formatted(again, viewRows(), percent(maxDelta())));
    }
  }

  private long viewRows() {
    long rows = SnapshotRows.of(table).count();
    return rows == SnapshotRows.UNKNOWN ? Long.MAX_VALUE : rows;
  }

  /**
   * Where all of a large source would have to be computed again, before and after the change.
   *
   * @param toRows whether there are as many rows again in the result, and not a few
   * @throws RecomputeException as {@link #refuseLargeShare}
   */
  void refuseWhole(SourceTable source, boolean toRows) {
    long rows = now.rows(source.type());
    if (toRows || rows > QUICKLY_ADDED_ROWS) {
      refuseLargeShare(source, rows, rows);
    }
  }

  /**
   * Where so much of a large source would have to be computed again that a recompute is cheaper.
   *
   * @throws RecomputeException which names it; never where the policy is not to recompute
   */
  void refuseLargeShare(SourceTable source, long needed, long rows) {
    if (costs.free() && rows > RefreshCosts.QUICKLY_COMPARED_ROWS && needed > LARGE_SHARE * rows) {
      throw tooLarge(
          "A recompute is estimated to cost less than computing what more than %s of about %d rows of %s are part of, before and after the change"
              .formatted(percent(LARGE_SHARE), rows, source.table()));
    }
  }

  /**
   * How many of a source's rows are worth reading: {@link #refuseLargeShare} refuses as many.
   *
   * @param rows of the source
   */
  long readable(long rows) {
    return costs.free() && rows > QUICKLY_ADDED_ROWS
        ? (long) (LARGE_SHARE * rows) + 1
        : Long.MAX_VALUE;
  }

  private static String percent(double share) {
    return BigDecimal.valueOf(share * 100).stripTrailingZeros().toPlainString() + "%";
  }
}
