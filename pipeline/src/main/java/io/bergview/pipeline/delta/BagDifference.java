package io.bergview.pipeline.delta;

import static io.bergview.projection.sql.DuckDbTypes.column;
import static io.bergview.projection.sql.DuckDbTypes.quote;
import static io.bergview.projection.sql.DuckDbTypes.sqlType;
import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;

import io.bergview.pipeline.DuckDbSession;
import io.bergview.pipeline.Rows;
import io.bergview.pipeline.scan.DeltaRelations;
import io.bergview.pipeline.scan.Relation;
import java.util.List;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * Cancels the rows that are on both sides of a delta ({@link NetRows}), into two tables.
 *
 * <p>If one side is much larger, most of its rows have no counterpart, and aggregating them would
 * cost several times their reading. A row whose hash no row of the other side has equals none of
 * them, so only the others are aggregated. The hash decides which rows are compared, never which
 * are equal.
 */
final class BagDifference {
  private static final int MUCH_LARGER = 4;

  private final DuckDbSession session;
  private final List<String> names;

  /** The columns with their types. */
  private final String typed;

  private final String removed;
  private final String added;
  private final NetRows rows;
  private final String net;

  BagDifference(DuckDbSession session, Schema columns, String removed, String added) {
    this.session = session;
    this.removed = removed;
    this.added = added;
    this.net = session.freshName("net");
    // A relation without fields has one constant column.
    this.names =
        columns.columns().isEmpty()
            ? List.of("one")
            : columns.columns().stream().map(field -> column(field.fieldId())).toList();
    this.typed =
        columns.columns().isEmpty()
            ? "one INTEGER"
            : columns.columns().stream()
                .map(field -> column(field.fieldId()) + " " + sqlType(field.type()))
                .collect(joining(", "));
    this.rows = new NetRows(names, SignedZeros.expressions(columns, ""));
  }

  /** How many rows of each side stay. */
  record Remaining(long removed, long added) {}

  Remaining of(DeltaRelations sides) {
    Relation removals = sides.removed();
    Relation additions = sides.added();
    if (removals.size().files() == 0 || additions.size().files() == 0) {
      return new Remaining(copy(removals, removed), copy(additions, added));
    }
    try {
      cancel(removals, additions);
    } finally {
      session.drop(net);
    }
    return counted();
  }

  private Remaining counted() {
    String sql =
        "SELECT (SELECT count(*) FROM %s), (SELECT count(*) FROM %s)"
            .formatted(quote(removed), quote(added));
    List<@Nullable Object> counts =
        Rows.read(session.query(sql), List.of(Types.LongType.get(), Types.LongType.get())).get(0);
    return new Remaining(count(counts, 0), count(counts, 1));
  }

  private static long count(List<@Nullable Object> counts, int index) {
    return (Long) requireNonNull(counts.get(index), "a count is null");
  }

  private void cancel(Relation removals, Relation additions) {
    if (isMuchLarger(additions, removals)) {
      copy(removals, removed);
      cancelFew(removed, additions, added);
    } else if (isMuchLarger(removals, additions)) {
      copy(additions, added);
      cancelFew(added, removals, removed);
    } else {
      count(removals.sql(), additions.sql());
      session.execute("CREATE TABLE " + quote(removed) + " AS " + rows.ofFirst(quote(net)));
      session.execute("CREATE TABLE " + quote(added) + " AS " + rows.ofSecond(quote(net)));
    }
  }

  private static boolean isMuchLarger(Relation relation, Relation other) {
    return relation.size().rows() / MUCH_LARGER >= other.size().rows();
  }

  private long copy(Relation relation, String table) {
    if (relation.size().files() == 0) {
      session.execute("CREATE TABLE %s (%s)".formatted(quote(table), typed));
      return 0;
    }
    return session.write(
        "CREATE TABLE %s AS SELECT %s FROM %s".formatted(quote(table), columns(), relation.sql()));
  }

  /**
   * @param few the table of the small side, which keeps the rows that do not cancel
   * @param many the table to create for the other
   */
  private void cancelFew(String few, Relation relation, String many) {
    session.execute(
        "CREATE TABLE %1$s AS SELECT %2$s, hash(%2$s) IN (SELECT hash(%2$s) FROM %3$s) AS met FROM %4$s"
            .formatted(quote(many), columns(), quote(few), relation.sql()));
    count(quote(few), "(SELECT " + columns() + " FROM " + quote(many) + " WHERE met)");
    session.execute("DELETE FROM " + quote(many) + " WHERE met");
    session.execute("ALTER TABLE " + quote(many) + " DROP COLUMN met");
    session.execute("INSERT INTO " + quote(many) + " " + rows.ofSecond(quote(net)));
    session.execute("DELETE FROM " + quote(few));
    session.execute("INSERT INTO " + quote(few) + " " + rows.ofFirst(quote(net)));
  }

  /** Makes the table of the rows that do not cancel: how many more the second side has. */
  private void count(String first, String second) {
    session.execute("CREATE TABLE " + quote(net) + " AS " + rows.between(first, second));
  }

  private String columns() {
    return String.join(", ", names);
  }
}
