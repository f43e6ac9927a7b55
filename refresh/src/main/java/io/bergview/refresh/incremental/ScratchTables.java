package io.bergview.refresh.incremental;

import static io.bergview.projection.sql.DuckDbTypes.column;
import static io.bergview.projection.sql.DuckDbTypes.quote;
import static java.util.Objects.requireNonNull;

import io.bergview.pipeline.engine.EngineSession;
import io.bergview.projection.plan.DeltaPlan.Match;
import io.bergview.projection.plan.PlanColumn;
import io.bergview.projection.sql.SqlDialect;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.types.Types;

/** The results of the steps of one refresh, as tables of its session. */
public final class ScratchTables {
  private final EngineSession session;

  /** How many rows each table got. */
  private final Map<String, Long> rows = new HashMap<>();

  public ScratchTables(EngineSession session) {
    this.session = requireNonNull(session, "session is null");
  }

  SqlDialect dialect() {
    return session.dialect();
  }

  /** Runs a query into a new table and gives its name. */
  public String table(String label, String query) {
    String name = session.freshName(label);
    rows.put(name, session.createTable(name, query));
    return name;
  }

  /** Names a query, which runs where it is read. */
  String view(String label, String query) {
    String name = session.freshName(label);
    session.createView(name, query);
    return name;
  }

  /** As {@link #view}, with a known number of rows. */
  private String view(String label, String query, long count) {
    String name = view(label, query);
    rows.put(name, count);
    return name;
  }

  /**
   * As {@link #keys}, of a table in which every key occurs once: nothing is copied.
   *
   * @param table made here
   */
  String keysOf(String label, String table, List<PlanColumn> columns) {
    return view(label, "SELECT " + named(columns) + " FROM " + quote(table), count(table));
  }

  /**
   * The distinct values of some columns of a query as a new table with columns {@code k0}, {@code
   * k1}...
   */
  public String keys(String label, String query, List<PlanColumn> columns) {
    return table(label, "SELECT DISTINCT " + named(columns) + " FROM (" + query + ")");
  }

  /** {@code c7 AS k0, c9 AS k1}; a constant if there are none, so that rows remain. */
  static String named(List<PlanColumn> columns) {
    List<String> names = new ArrayList<>();
    for (PlanColumn column : columns) {
      names.add(column(column.id()) + " AS k" + names.size());
    }
    return names.isEmpty() ? "1 AS one" : String.join(", ", names);
  }

  /** How the keys of a table with columns {@code k0}, {@code k1}... must be compared. */
  public Match match(String keys, int columns) {
    List<String> nulls = new ArrayList<>();
    for (int i = 0; i < columns; i++) {
      nulls.add("k" + i + " IS NULL");
    }
    boolean none = nulls.isEmpty() || countWhere(keys, String.join(" OR ", nulls)) == 0;
    return none ? Match.EQUAL : Match.NOT_DISTINCT;
  }

  /** Takes a table that was made elsewhere, with so many rows, as one of these. */
  void add(String table, long count) {
    rows.put(table, count);
  }

  /** How many rows a table got when it was made here. */
  public long count(String table) {
    return requireNonNull(rows.get(table), () -> "no table " + table);
  }

  /** Whether a table was made here. */
  boolean has(String name) {
    return rows.containsKey(name);
  }

  /** Whether it is a table made here that got no rows. */
  boolean isEmpty(String name) {
    return rows.getOrDefault(name, 1L) == 0;
  }

  /** Whether a query has no rows. */
  boolean isWithoutRows(String query) {
    return session
        .rows("SELECT 1 FROM (" + query + ") LIMIT 1", List.of(Types.IntegerType.get()))
        .isEmpty();
  }

  long countWhere(String table, String condition) {
    String sql = "SELECT count(*) FILTER (WHERE " + condition + ") FROM " + quote(table);
    Object count = session.rows(sql, List.of(Types.LongType.get())).get(0).get(0);
    return (Long) requireNonNull(count, "a count is null");
  }
}
