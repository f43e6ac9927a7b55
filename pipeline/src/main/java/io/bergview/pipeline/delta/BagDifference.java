package io.bergview.pipeline.delta;

import static io.bergview.projection.sql.DuckDbTypes.column;
import static io.bergview.projection.sql.DuckDbTypes.quote;
import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toSet;

import io.bergview.pipeline.engine.EngineSession;
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

  private final EngineSession session;
  private final Schema schema;
  private final List<String> names;

  /** A null of the type of each column, under its name. */
  private final String typed;

  private final String removed;
  private final String added;
  private final NetRows rows;
  private final String net;

  BagDifference(EngineSession session, Schema columns, String removed, String added) {
    this.session = session;
    this.schema = columns;
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
            ? "1 AS one"
            : columns.columns().stream()
                .map(
                    field ->
                        "CAST(NULL AS %s) AS %s"
                            .formatted(
                                session.dialect().type(field.type()), column(field.fieldId())))
                .collect(joining(", "));
    this.rows =
        new NetRows(
            session.dialect(),
            names,
            columns.columns().stream()
                .filter(
                    field ->
                        session
                            .dialect()
                            .signedZero(column(field.fieldId()), field.type())
                            .isPresent())
                .map(field -> column(field.fieldId()))
                .collect(toSet()),
            SignedZeros.expressions(session.dialect(), columns, ""));
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
        session.rows(sql, List.of(Types.LongType.get(), Types.LongType.get())).get(0);
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
      session.createTable(removed, rows.ofFirst(quote(net)));
      session.createTable(added, rows.ofSecond(quote(net)));
    }
  }

  private static boolean isMuchLarger(Relation relation, Relation other) {
    return relation.size().rows() / MUCH_LARGER >= other.size().rows();
  }

  private long copy(Relation relation, String table) {
    if (relation.size().files() == 0) {
      return session.createTable(table, "SELECT " + typed + " WHERE false");
    }
    return session.createTable(table, "SELECT %s FROM %s".formatted(columns(), relation.sql()));
  }

  /**
   * @param few the table of the small side, which keeps the rows that do not cancel
   * @param many the table to create for the other
   */
  private void cancelFew(String few, Relation relation, String many) {
    String columns = columns();
    String all = session.freshName("many");
    session.createTable(
        all,
        "SELECT %1$s, h.hash IS NOT NULL AS met FROM %2$s AS r LEFT JOIN (SELECT DISTINCT %3$s AS hash FROM %4$s) AS h ON %3$s = h.hash"
            .formatted(columns, relation.sql(), hash(), quote(few)));
    count(quote(few), "(SELECT " + columns + " FROM " + quote(all) + " WHERE met)");
    session.createTable(
        many,
        "SELECT %s FROM %s WHERE NOT met UNION ALL %s"
            .formatted(columns, quote(all), rows.ofSecond(quote(net))));
    session.drop(all);
    session.drop(few);
    session.createTable(few, rows.ofFirst(quote(net)));
  }

  /** Makes the table of the rows that do not cancel: how many more the second side has. */
  private void count(String first, String second) {
    session.createTable(net, rows.between(first, second));
  }

  /** A row's hash. */
  private String hash() {
    return session
        .dialect()
        .hash(
            schema.columns().isEmpty()
                ? names
                : schema.columns().stream()
                    .map(
                        field ->
                            session.dialect().comparable(column(field.fieldId()), field.type()))
                    .toList());
  }

  private String columns() {
    return String.join(", ", names);
  }
}
