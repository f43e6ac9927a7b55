package io.bergview.pipeline.delta;

import static io.bergview.projection.sql.DuckDbTypes.column;
import static io.bergview.projection.sql.DuckDbTypes.quote;
import static java.util.Objects.requireNonNull;

import io.bergview.pipeline.engine.EngineSession;
import io.bergview.pipeline.scan.DeltaRelations;
import io.bergview.pipeline.scan.Relation;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * The rows deleted from a table and inserted into it, as relations of a session.
 *
 * <p>Each has for every field of {@code columns} a column {@code c<id>} of exactly {@code
 * DuckDbTypes.sqlType} of its type, and one dummy column if there are no fields. No row is in both,
 * bit for bit; a row deleted several times is in it as often. If only whole files were removed or
 * added, the rows stay in them until a table of them is needed. Close it to drop the tables and
 * release the files.
 */
public final class TableDelta implements AutoCloseable {
  private final EngineSession session;
  private final Schema columns;
  private final DeltaRelations sides;
  private final DeltaSide removed;
  private final DeltaSide added;

  /** One of the two; its rows are in a table, or still in the files. */
  private final class DeltaSide {
    private final Relation files;
    private final long rows;
    private @Nullable String table;

    DeltaSide(Relation files, @Nullable String table, long rows) {
      this.files = files;
      this.table = table;
      this.rows = rows;
    }

    String table() {
      String made = table;
      if (made == null) {
        made = session.freshName("delta");
        session.createTable(made, "SELECT * FROM " + files.sql());
        table = made;
      }
      return made;
    }

    String once(Schema some) {
      String made = table;
      return made == null ? files.sql(some) : quote(made);
    }

    Once once() {
      String made = table;
      return made == null ? new Once.Query(files.sql(columns)) : new Once.Table(made);
    }
  }

  private TableDelta(
      EngineSession session,
      Schema columns,
      DeltaRelations sides,
      @Nullable String removed,
      @Nullable String added,
      BagDifference.Remaining left) {
    this.session = requireNonNull(session, "kernel is null");
    this.columns = requireNonNull(columns, "columns is null");
    this.sides = requireNonNull(sides, "sides is null");
    this.removed = new DeltaSide(sides.removed(), removed, left.removed());
    this.added = new DeltaSide(sides.added(), added, left.added());
  }

  /** For sides whose rows stay in their files, with known numbers of rows. */
  static TableDelta ofFiles(EngineSession session, Schema columns, DeltaRelations sides) {
    BagDifference.Remaining all =
        new BagDifference.Remaining(sides.removed().size().rows(), sides.added().size().rows());
    return new TableDelta(session, columns, sides, null, null, all);
  }

  /** Of tables that hold the rows. */
  static TableDelta ofTables(
      EngineSession session,
      Schema columns,
      DeltaRelations sides,
      String removed,
      String added,
      BagDifference.Remaining left) {
    return new TableDelta(session, columns, sides, removed, added, left);
  }

  /** The name of the table of rows lost. */
  public String removed() {
    return removed.table();
  }

  /** The name of the table of rows gained. */
  public String added() {
    return added.table();
  }

  /** What holds the rows of a side, for a statement that reads them once. */
  public sealed interface Once {
    /** A table of the session, by name. */
    record Table(String name) implements Once {}

    /** A query in parentheses. */
    record Query(String sql) implements Once {}
  }

  /** The rows lost, for a statement that reads them once. */
  public Once removedOnce() {
    return removed.once();
  }

  /** The rows gained, for a statement that reads them once. */
  public Once addedOnce() {
    return added.once();
  }

  /**
   * All rows of both sides, as a query of the columns of these field ids.
   *
   * @param fieldIds some of the delta's
   */
  public String both(List<Integer> fieldIds) {
    Schema some =
        new Schema(
            columns.columns().stream()
                .filter(field -> fieldIds.contains(field.fieldId()))
                .toList());
    String names =
        some.columns().isEmpty()
            ? "1 AS one"
            : some.columns().stream()
                .map(field -> column(field.fieldId()))
                .collect(Collectors.joining(", "));
    return Stream.of(removed, added)
        .filter(side -> side.rows > 0)
        .map(side -> "SELECT " + names + " FROM " + side.once(some))
        .collect(Collectors.joining(" UNION ALL "));
  }

  /** Whether rows are still in their files, where reading them twice costs twice. */
  public boolean isInFiles() {
    return removed.table == null || added.table == null;
  }

  /** Whether rows may be on both sides, which {@link DeltaReader#readCandidates} leaves there. */
  public boolean isUncancelled() {
    return removed.table == null && added.table == null && removed.rows > 0 && added.rows > 0;
  }

  public long removedRows() {
    return removed.rows;
  }

  public long addedRows() {
    return added.rows;
  }

  /** Their length: columns and row groups without use are skipped. */
  public long bytesRead() {
    return sides.removed().size().bytes() + sides.added().size().bytes();
  }

  public boolean isEmpty() {
    return removed.rows == 0 && added.rows == 0;
  }

  /**
   * The changes by key.
   *
   * @param keyColumns field ids of columns that identify rows, all among the delta's; nulls are
   *     equal
   */
  public ChangeCounts classify(List<Integer> keyColumns) {
    for (int id : keyColumns) {
      if (columns.findField(id) == null) {
        throw new IllegalArgumentException("the delta has no column " + id);
      }
    }
    String keys = keyColumns.stream().map(id -> column(id)).collect(Collectors.joining(", "));
    String sql =
        """
        SELECT count(*) FILTER (NOT lost), count(*) FILTER (lost AND gained), count(*) FILTER (NOT gained)
        FROM (
          SELECT bool_or(NOT is_added) AS lost, bool_or(is_added) AS gained
          FROM (SELECT %1$s, false AS is_added FROM %2$s UNION ALL SELECT %1$s, true FROM %3$s)
          GROUP BY %1$s)
        """
            .formatted(keys, removed.once(columns), added.once(columns));
    Types.LongType count = Types.LongType.get();
    List<@Nullable Object> row = session.rows(sql, List.of(count, count, count)).get(0);
    return new ChangeCounts(count(row, 0), count(row, 1), count(row, 2));
  }

  private static long count(List<@Nullable Object> row, int index) {
    return (Long) Objects.requireNonNull(row.get(index), "a count is null");
  }

  @Override
  public void close() {
    try {
      for (DeltaSide side : List.of(removed, added)) {
        String table = side.table;
        if (table != null) {
          session.drop(table);
        }
      }
    } finally {
      sides.close();
    }
  }
}
