package io.bergview.refresh.incremental;

import static io.bergview.projection.sql.DuckDbTypes.column;
import static io.bergview.projection.sql.DuckDbTypes.quote;

import io.bergview.pipeline.DuckDbSession;
import io.bergview.pipeline.DuplicateKeys;
import io.bergview.pipeline.scan.TableScanner;
import io.bergview.projection.definition.RefreshSettings;
import io.bergview.projection.definition.RefreshSettings.Policy;
import io.bergview.projection.plan.DeltaPlan.Match;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.SourceTable;
import io.bergview.projection.sql.DuckDbSql;
import io.bergview.refresh.RefreshPlan;
import io.bergview.refresh.RefreshReason;
import io.bergview.refresh.algebra.RootRows;
import io.bergview.refresh.algebra.ViewDelta;
import io.bergview.refresh.change.KeyFiles;
import io.bergview.refresh.change.StoredFiles;
import io.bergview.refresh.change.StoredRows;
import io.bergview.refresh.change.WideRows;
import io.bergview.staleness.SnapshotRows;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.Schema;
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
    DuckDbSession session,
    TableScanner scanner,
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

  Schema schema() {
    return table.schema();
  }

  private String name() {
    return algebra.view().definition().name();
  }

  /** Whether only the root table of the view changed. */
  boolean onlyRootChanged() {
    return changes.types().equals(Set.of(algebra.rootType()))
        && !algebra.relatedTypes().contains(algebra.rootType());
  }

  /** Whether, in addition, no row was deleted from it. */
  boolean onlyRootGained() {
    return onlyRootChanged() && changes.of(algebra.rootType()).removedRows() == 0;
  }

  /** The keys of all root rows that the changes may affect. */
  String affectedRoots() {
    Plan keys = algebra.affectedRoots(changes.both(algebra.changedColumns(changes.types())));
    return scratch.keys("affected", DuckDbSql.select(keys, now::sql), keys.columns());
  }

  /** Files that hold nothing of some root rows are not looked into any more. */
  void lookOnlyFor(String keys) {
    algebra
        .keyedByRoot()
        .forEach(
            (type, columns) -> {
              before.prune(
                  type, KeyFiles.of(session, keys, before.place(type).table().schema(), columns));
              now.prune(
                  type, KeyFiles.of(session, keys, now.place(type).table().schema(), columns));
            });
  }

  /** The root rows of a table of keys, read once for all uses. */
  RootRows rootRows(String keys, SourceReads reads) {
    Match match = scratch.match(keys, algebra.rootKey().size());
    String operator = match == Match.EQUAL ? " = " : " IS NOT DISTINCT FROM ";
    List<String> same = new ArrayList<>();
    for (int id : algebra.rootKey()) {
      same.add("r." + column(id) + operator + "k.k" + same.size());
    }
    String query =
        "SELECT r.* FROM %s AS r SEMI JOIN %s AS k ON %s"
            .formatted(
                reads.sql(reads.place(algebra.rootType()).source()),
                quote(keys),
                String.join(" AND ", same));
    boolean once = algebra.view().checks().isEmpty() && algebra.relatedTypes().isEmpty();
    return once
        ? RootRows.OfRows.query("(" + query + ")")
        : RootRows.OfRows.table(scratch.table("roots", query));
  }

  /**
   * @throws io.bergview.errors.DataException {@code DUPLICATE_KEY}
   */
  void refuseDuplicates(RootRows some) {
    DuplicateKeys.refuseAmong(session, name(), algebra.checksOf(some), some.among(now::sql));
  }

  /** The view's files that may hold rows of some keys. */
  StoredFiles stored(String keys, List<List<String>> paths) {
    return StoredFiles.of(session, table, keys, paths);
  }

  /** Whether root rows were read, and there are none. */
  boolean isEmpty(RootRows some) {
    return some instanceof RootRows.OfRows given && scratch.isEmpty(given.name());
  }

  /** The positions of the view's rows, if nothing else of them is needed. */
  StoredRows places(StoredFiles files) {
    return StoredRows.places(session, scanner, files);
  }

  /** The view's rows to be compared with new ones. */
  StoredRows readToCompare(StoredFiles files) {
    return files.tasks().isEmpty() || WideRows.isWide(files.view().schema())
        ? StoredRows.hashes(session, scanner, files)
        : StoredRows.read(session, scanner, files);
  }

  StoredRows read(StoredFiles files) {
    return StoredRows.read(session, scanner, files);
  }

  /** Whether finding and reading root rows by what they lead to costs more than a recompute. */
  Optional<RefreshPlan.Full> cheaperThanRegrouping() {
    Table root = now.place(algebra.rootType()).table();
    return costs.ofRegrouping(
        rootRows,
        SourceVersions.total(root, SnapshotSummary.TOTAL_FILE_SIZE_PROP),
        SourceVersions.total(root, SnapshotSummary.TOTAL_DATA_FILES_PROP));
  }

  boolean tooMany(String keys) {
    return tooMany(scratch.count(keys));
  }

  /** Whether so many root rows are affected that a full refresh is taken to be cheaper. */
  boolean tooMany(long affected) {
    RefreshSettings settings = algebra.view().definition().refresh();
    boolean free = settings.policy() == Policy.AUTO;
    boolean worthwhile = settings.maxDelta().isPresent() || affected > RefreshCosts.SMALL_ROWS;
    return free && worthwhile && affected > maxDelta() * rootRows;
  }

  /**
   * Whether so many root rows were inserted into a view of rows that the share which its definition
   * names is passed. Without one they are added however many they are: a recompute writes them too.
   */
  boolean moreThanNamed(long gained) {
    return algebra.view().definition().refresh().maxDelta().isPresent() && tooMany(gained);
  }

  private double maxDelta() {
    return algebra.view().definition().refresh().maxDelta().orElse(RefreshSettings.USUAL_MAX_DELTA);
  }

  /**
   * Whether so many of a view's groups must be computed again that computing all of them is taken
   * to be cheaper: the rows of a group can be anywhere in the sources.
   */
  boolean tooManyGroups(long again) {
    RefreshSettings settings = algebra.view().definition().refresh();
    long few = algebra.isQuery() ? RefreshCosts.QUICKLY_COMPARED_ROWS : RefreshCosts.SMALL_ROWS;
    boolean worthwhile = settings.maxDelta().isPresent() || rootRows > few;
    return settings.policy() == Policy.AUTO && worthwhile && again > maxDelta() * viewRows();
  }

  private long viewRows() {
    long rows = SnapshotRows.of(table).count();
    return rows == SnapshotRows.UNKNOWN ? Long.MAX_VALUE : rows;
  }

  Difference tooManyGroupsAgain(long again) {
    return new Difference.NotIncremental(
        new RefreshPlan.Full(
            RefreshReason.DELTA_TOO_LARGE,
            "%d of about %d groups must be recomputed, more than $refresh.maxDelta (%s)"
                .formatted(again, viewRows(), percent(maxDelta())),
            false));
  }

  /**
   * Where all of a large source would have to be computed again, before and after the change.
   *
   * @throws LargeShareException as {@link #refuseLargeShare(SourceTable, long, long)}
   */
  void refuseLargeShare(SourceTable source) {
    long rows = now.rows(source.type());
    refuseLargeShare(source, rows, rows);
  }

  /**
   * Where so much of a large source would have to be computed again that a recompute is cheaper.
   *
   * @throws LargeShareException which names it; never where the policy is not to recompute
   */
  void refuseLargeShare(SourceTable source, long needed, long rows) {
    RefreshSettings settings = algebra.view().definition().refresh();
    boolean free = settings.policy() == Policy.AUTO && settings.maxDelta().isEmpty();
    if (free && rows > RefreshCosts.QUICKLY_COMPARED_ROWS && needed > LARGE_SHARE * rows) {
      throw new LargeShareException(
          "A recompute is estimated to cost less than computing what %d of about %d rows of %s are part of, before and after the change"
              .formatted(needed, rows, source.table()));
    }
  }

  /** That following a change would read a large part of a source, several times. */
  static final class LargeShareException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    LargeShareException(String message) {
      super(message, null, false, false);
    }
  }

  Difference tooMuch(String keys) {
    return tooMuch(scratch.count(keys));
  }

  Difference tooMuch(long affected) {
    return new Difference.NotIncremental(
        new RefreshPlan.Full(
            RefreshReason.DELTA_TOO_LARGE,
            "%d of about %d rows of type %s are affected, more than $refresh.maxDelta (%s)"
                .formatted(affected, rootRows, algebra.rootType(), percent(maxDelta())),
            false));
  }

  private static String percent(double share) {
    return BigDecimal.valueOf(share * 100).stripTrailingZeros().toPlainString() + "%";
  }
}
