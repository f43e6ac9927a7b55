package io.bergview.refresh.change;

import static io.bergview.projection.sql.DuckDbTypes.quote;

import io.bergview.pipeline.engine.EngineSession;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** All stored rows are deleted: it is known that none of the new ones is like any of them. */
final class WholeReplacement implements RowReplacement {
  private final String stored;
  private final String newRows;
  private final Optional<String> newTable;
  private final long insertedRows;
  private final Map<String, Long> deletedByFile = new LinkedHashMap<>();

  private WholeReplacement(
      String stored, String newRows, Optional<String> newTable, long insertedRows) {
    this.stored = stored;
    this.newRows = newRows;
    this.newTable = newTable;
    this.insertedRows = insertedRows;
  }

  /** For stored rows that are deleted, without new ones. */
  static WholeReplacement withNothing(EngineSession session, StoredRows stored) {
    return of(session, stored, "", 0);
  }

  /**
   * @param newRows a query of the view's columns by position
   * @param insertedRows how many rows it has
   */
  static WholeReplacement of(
      EngineSession session, StoredRows stored, String newRows, long insertedRows) {
    return of(session, stored, newRows, Optional.empty(), insertedRows);
  }

  /** As {@link #of}, where the rows that come are those of a table of the session. */
  static WholeReplacement ofTable(
      EngineSession session, StoredRows stored, String table, long insertedRows) {
    return of(session, stored, "SELECT * FROM " + quote(table), Optional.of(table), insertedRows);
  }

  private static WholeReplacement of(
      EngineSession session,
      StoredRows stored,
      String newRows,
      Optional<String> newTable,
      long insertedRows) {
    WholeReplacement replacement =
        new WholeReplacement(quote(stored.table()), newRows, newTable, insertedRows);
    String sql =
        "SELECT %1$s, count(*) FROM %2$s GROUP BY %1$s ORDER BY %1$s"
            .formatted(StoredRows.FILE, replacement.stored);
    for (List<@Nullable Object> row :
        session.rows(sql, List.of(Types.StringType.get(), Types.LongType.get()))) {
      replacement.deletedByFile.put((String) row.get(0), (Long) row.get(1));
    }
    return replacement;
  }

  @Override
  public Map<String, Long> deletedByFile() {
    return deletedByFile;
  }

  @Override
  public String deletedSql() {
    return "SELECT %s, %s FROM %s".formatted(StoredRows.FILE, StoredRows.POSITION, stored);
  }

  @Override
  public long insertedRows() {
    return insertedRows;
  }

  @Override
  public String insertedSql() {
    return newRows;
  }

  @Override
  public Optional<String> insertedTable() {
    return newTable;
  }

  @Override
  public void close() {}
}
