package io.bergview.spark.sql;

import static java.util.stream.Collectors.joining;

import io.bergview.fixtures.Seeds;
import io.bergview.projection.plan.DeltaPlan.PreparedRows;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.PlanColumn;
import io.bergview.projection.plan.QueryPlan;
import io.bergview.projection.plan.SourceTable;
import io.bergview.projection.sql.DuckDbDialect;
import io.bergview.projection.sql.Relations;
import io.bergview.projection.sql.SqlDialect;
import java.math.BigDecimal;
import java.sql.Array;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Struct;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;

/** Runs a plan as DuckDB and as Spark, each row as a text that shows the sign of a zero. */
final class BothEngines implements AutoCloseable {
  private final SparkSession spark;
  private final Connection duckDb;
  private final Map<String, String> sparkTables = new HashMap<>();
  private final Map<String, String> duckDbTables = new HashMap<>();

  /** A build has Spark interpret what it would else compile for each plan, which takes longer. */
  BothEngines() throws SQLException {
    spark =
        SparkSession.builder()
            .master("local[1]")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.codegen.wholeStage", Seeds.many())
            .config("spark.sql.codegen.factoryMode", Seeds.many() ? "FALLBACK" : "NO_CODEGEN")
            .config("spark.sql.shuffle.partitions", "2")
            .config("spark.sql.ansi.enabled", "true")
            .config("spark.sql.ansi.doubleQuotedIdentifiers", "true")
            .config("spark.sql.caseSensitive", "true")
            .config("spark.sql.session.timeZone", "UTC")
            .getOrCreate();
    spark.sparkContext().setLogLevel("ERROR");
    duckDb = DriverManager.getConnection("jdbc:duckdb:");
    try (Statement statement = duckDb.createStatement()) {
      statement.execute("SET TimeZone = 'UTC'");
    }
  }

  @Override
  public void close() throws SQLException {
    spark.stop();
    duckDb.close();
  }

  /** Rows of constants. */
  static QueryPlan.Values values(List<PlanColumn> columns, @Nullable Object... flat) {
    List<List<Expr>> rows = new ArrayList<>();
    for (int i = 0; i < flat.length; i += columns.size()) {
      List<Expr> row = new ArrayList<>();
      for (int c = 0; c < columns.size(); c++) {
        row.add(new Expr.Constant(flat[i + c], columns.get(c).type()));
      }
      rows.add(row);
    }
    return new QueryPlan.Values(columns, rows);
  }

  /** Rows that each engine's own SQL gives, with columns {@code c<id>}. */
  PreparedRows written(String name, List<PlanColumn> columns, String duckDbSql, String sparkSql) {
    duckDbTables.put(name, "(" + duckDbSql + ")");
    sparkTables.put(name, "(" + sparkSql + ")");
    return new PreparedRows(
        name,
        true,
        columns.stream()
            .map(column -> new PreparedRows.Column(column, "c" + column.id()))
            .toList());
  }

  /** Spark's rows, in the order of their texts. */
  List<String> spark(Plan plan) {
    String sql = shown(SparkDialect.SPARK, plan, sparkTables);
    return sparkRows(sql, types(plan));
  }

  List<String> sparkRows(String sql, List<Type> types) {
    SparkUdfs.register(spark, sql);
    List<String> rows = new ArrayList<>();
    for (Row row : spark.sql(sql).collectAsList()) {
      List<String> values = new ArrayList<>();
      for (int i = 0; i < types.size(); i++) {
        values.add(text(row.get(i), types.get(i)));
      }
      rows.add(String.join(" | ", values));
    }
    return rows.stream().sorted().toList();
  }

  /** DuckDB's rows, likewise. */
  List<String> duckDb(Plan plan) throws SQLException {
    return duckDbRows(shown(DuckDbDialect.DUCKDB, plan, duckDbTables), types(plan));
  }

  List<String> duckDbRows(String sql, List<Type> types) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (Statement statement = duckDb.createStatement();
        ResultSet results = statement.executeQuery(sql)) {
      while (results.next()) {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < types.size(); i++) {
          values.add(text(results.getObject(i + 1), types.get(i)));
        }
        rows.add(String.join(" | ", values));
      }
    }
    return rows.stream().sorted().toList();
  }

  private static List<Type> types(Plan plan) {
    return plan.columns().stream().map(PlanColumn::type).toList();
  }

  /** Times are shown as microseconds and bytes in hexadecimal. */
  private static String shown(SqlDialect dialect, Plan plan, Map<String, String> tables) {
    String query = dialect.select(plan, relations(tables));
    boolean spark = dialect == SparkDialect.SPARK;
    String columns =
        plan.columns().stream()
            .map(
                column -> {
                  String name = "c" + column.id();
                  return switch (column.type().typeId()) {
                    case TIMESTAMP ->
                        spark
                            ? "unix_micros(CAST(" + name + " AS TIMESTAMP))"
                            : "epoch_us(" + name + ")";
                    case DATE, UUID -> "CAST(" + name + (spark ? " AS STRING)" : " AS VARCHAR)");
                    case BINARY, FIXED -> "hex(" + name + ")";
                    default -> name;
                  };
                })
            .collect(joining(", "));
    return "SELECT " + (columns.isEmpty() ? "1" : columns) + " FROM (" + query + ") AS shown";
  }

  private static Relations relations(Map<String, String> tables) {
    return new Relations() {
      @Override
      public String of(SourceTable source) {
        throw new IllegalStateException("no sources");
      }

      @Override
      public String given(String name) {
        return tables.getOrDefault(name, name);
      }
    };
  }

  private static String text(@Nullable Object value, Type type) {
    if (value == null) {
      return "null";
    }
    return switch (type.typeId()) {
      case STRUCT -> {
        List<Types.NestedField> fields = type.asStructType().fields();
        List<?> values =
            value instanceof Row row
                ? Arrays.asList(fieldsOf(row))
                : Arrays.asList(fieldsOf(value));
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < fields.size(); i++) {
          texts.add(text(values.get(i), fields.get(i).type()));
        }
        yield texts.toString();
      }
      case LIST -> {
        List<String> texts = new ArrayList<>();
        for (Object element : elementsOf(value)) {
          texts.add(text(element, type.asListType().elementType()));
        }
        yield texts.toString();
      }
      case MAP -> {
        List<String> entries = new ArrayList<>();
        Map<?, ?> map =
            value instanceof Map<?, ?> java
                ? java
                : scala.jdk.javaapi.CollectionConverters.asJava((scala.collection.Map<?, ?>) value);
        map.forEach(
            (k, v) ->
                entries.add(
                    text(k, type.asMapType().keyType())
                        + "="
                        + text(v, type.asMapType().valueType())));
        yield entries.stream().sorted().toList().toString();
      }
      case DECIMAL -> ((BigDecimal) value).toPlainString();
      default -> value.toString();
    };
  }

  private static @Nullable Object[] fieldsOf(Row row) {
    Object[] fields = new Object[row.size()];
    for (int i = 0; i < fields.length; i++) {
      fields[i] = row.get(i);
    }
    return fields;
  }

  private static @Nullable Object[] fieldsOf(Object struct) {
    try {
      return ((Struct) struct).getAttributes();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<?> elementsOf(Object list) {
    if (list instanceof scala.collection.Seq<?> seq) {
      return new ArrayList<>(scala.jdk.javaapi.CollectionConverters.asJava(seq));
    }
    try {
      return Arrays.asList((Object[]) ((Array) list).getArray());
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
