package io.bergview.refresh.change;

import static io.bergview.projection.sql.DuckDbTypes.column;
import static io.bergview.projection.sql.DuckDbTypes.quote;
import static java.util.stream.Collectors.joining;

import io.bergview.pipeline.engine.EngineSession;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * Which stored rows are deleted and which new rows are inserted: the difference of two bags. Of
 * equal rows the first stored one pairs with the first new one, and so on; what has no partner is
 * the difference. It is a table of the session, which closing drops.
 */
final class RowDifference implements RowReplacement {
  private static final String GOES = StoredRows.FILE + " IS NOT NULL";
  private static final String COMES = StoredRows.FILE + " IS NULL";

  private final EngineSession session;
  private final Schema schema;
  private final DuplicateCounts copies;
  private final String table;
  private final Map<String, Long> deletedByFile = new LinkedHashMap<>();
  private long insertedRows;

  private RowDifference(
      EngineSession session, Schema schema, DuplicateCounts copies, String table) {
    this.session = session;
    this.schema = schema;
    this.copies = copies;
    this.table = table;
  }

  /**
   * @param newRows a table with the view's columns by position
   */
  static RowDifference of(
      EngineSession session,
      Schema schema,
      StoredRows stored,
      String newRows,
      DuplicateCounts copies) {
    RowDifference difference =
        new RowDifference(session, schema, copies, session.freshName("difference"));
    session.createTable(
        difference.table,
        difference.query(quote(stored.table()), ViewRows.typedTable(session, schema, newRows)));
    difference.count();
    return difference;
  }

  private String query(String stored, String newRows) {
    List<String> left = SameRow.values(session.dialect(), schema, "s");
    List<String> right = SameRow.values(session.dialect(), schema, "n");
    List<String> same = new ArrayList<>();
    if (copies == DuplicateCounts.MANY) {
      same.addAll(List.of("s.hash = n.hash", "s.copy = n.copy"));
    }
    for (int i = 0; i < left.size(); i++) {
      same.add(left.get(i) + " IS NOT DISTINCT FROM " + right.get(i));
    }
    return "SELECT s.%s, s.%s, %s FROM %s AS s FULL JOIN %s AS n ON %s WHERE s.copy IS NULL OR n.copy IS NULL"
        .formatted(
            StoredRows.FILE,
            StoredRows.POSITION,
            columns("n."),
            numbered(stored),
            numbered(newRows),
            String.join(" AND ", same));
  }

  /**
   * Rows numbered among those that may be equal; if there are many, among those with the same hash.
   */
  private String numbered(String rows) {
    if (copies == DuplicateCounts.ONE) {
      return "(SELECT *, 1 AS copy FROM %s)".formatted(rows);
    }
    return "(SELECT *, %s AS copy FROM (SELECT r.*, %s AS hash FROM %s AS r))"
        .formatted(
            session.dialect().rowNumber(List.of("hash")),
            session.dialect().hash(SameRow.values(session.dialect(), schema, "r")),
            rows);
  }

  private void count() {
    String sql =
        "SELECT %1$s, count(*) FROM %2$s GROUP BY %1$s ORDER BY %1$s"
            .formatted(StoredRows.FILE, quote(table));
    for (List<@Nullable Object> row :
        session.rows(sql, List.of(Types.StringType.get(), Types.LongType.get()))) {
      long rows = (Long) row.get(1);
      if (row.get(0) instanceof String file) {
        deletedByFile.put(file, rows);
      } else {
        insertedRows = rows;
      }
    }
  }

  private String columns(String prefix) {
    return schema.columns().stream()
        .map(field -> prefix + column(field.fieldId()))
        .collect(joining(", "));
  }

  @Override
  public Map<String, Long> deletedByFile() {
    return deletedByFile;
  }

  @Override
  public long insertedRows() {
    return insertedRows;
  }

  @Override
  public String insertedSql() {
    return "SELECT " + columns("") + " FROM " + quote(table) + " WHERE " + COMES;
  }

  @Override
  public String deletedSql() {
    return "SELECT %s, %s FROM %s WHERE %s"
        .formatted(StoredRows.FILE, StoredRows.POSITION, quote(table), GOES);
  }

  @Override
  public void close() {
    session.drop(table);
  }
}
