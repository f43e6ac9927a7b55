package io.bergview.projection.function;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bergview.projection.definition.EntityType;
import io.bergview.projection.definition.TypeSource;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.PlanColumn;
import io.bergview.projection.plan.QueryPlan;
import io.bergview.projection.plan.SortOrder;
import io.bergview.projection.plan.WindowCall;
import io.bergview.projection.query.NameScope;
import io.bergview.projection.query.ScalarBinder;
import io.bergview.projection.sql.DuckDbSql;
import io.bergview.projection.sql.DuckDbTypes;
import io.bergview.projection.syntax.ExpressionParser;
import io.bergview.projection.syntax.SyntaxNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** Examples run by DuckDB, as plans. */
final class ExampleRunner implements AutoCloseable {
  private static final Pattern DIVISION = Pattern.compile("bv_divide_(\\d+)_(\\d+)_(\\d+)");
  private static final Pattern AVERAGE = Pattern.compile("bv_average_(\\d+)_(\\d+)");

  private static final TypeSource NO_TYPES =
      new TypeSource() {
        @Override
        public Collection<String> names() {
          return List.of();
        }

        @Override
        public Optional<EntityType> type(String name) {
          return Optional.empty();
        }

        @Override
        public Optional<EntityType> table(List<String> path) {
          return Optional.empty();
        }

        @Override
        public Schema schema(EntityType type) {
          throw new IllegalArgumentException("an example reads " + type);
        }
      };

  private static final NameScope NO_NAMES =
      new NameScope() {
        @Override
        public boolean has(List<String> path, SyntaxNode at) {
          return false;
        }

        @Override
        public Expr resolve(List<String> path, SyntaxNode at) {
          throw new IllegalArgumentException("an example names " + path);
        }
      };

  private final Connection connection;
  private int ids = 1;

  ExampleRunner() throws SQLException {
    connection = DriverManager.getConnection("jdbc:duckdb:");
    execute("SET TimeZone = 'UTC'");
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private PlanColumn column(String label, Type type) {
    return new PlanColumn(ids++, label, type);
  }

  /** The syntax trees of the outputs of a SELECT. */
  private JsonNode parsed(String outputs) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT json_serialize_sql(?)")) {
      statement.setString(1, "SELECT " + outputs);
      try (ResultSet result = statement.executeQuery()) {
        result.next();
        JsonNode tree = new ObjectMapper().readTree(result.getString(1));
        if (tree.get("error").asBoolean()) {
          throw new IllegalArgumentException(tree.toString());
        }
        return tree.get("statements").get(0).get("node").get("select_list");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** A scalar expression. */
  Expr bound(String sql) {
    return new ScalarBinder(NO_TYPES, NO_NAMES).value(ExpressionParser.parse(sql));
  }

  /** The value of a scalar expression, as text. */
  String value(String sql) throws SQLException {
    PlanColumn one = column("one", Types.LongType.get());
    Plan row =
        new QueryPlan.Values(
            List.of(one), List.of(List.of(new Expr.Constant(1L, Types.LongType.get()))));
    Expr value = bound(sql);
    return only(project(row, value));
  }

  private Plan project(Plan input, Expr value) {
    return new Plan.Project(
        input, List.of(new Plan.Assignment(column("value", value.type()), value)));
  }

  /** The value of {@code sum(x) of 1, 2}, or {@code corr(y, x) of (1, 2), (3, 4)}. */
  String aggregate(String example) throws SQLException {
    String[] parts = example.split(" of ", 2);
    Map<String, Expr> columns = new LinkedHashMap<>();
    Plan rows = rows(parts[1], columns);
    JsonNode call = parsed(parts[0]).get(0);
    AggregateDefinition definition =
        Functions.aggregate(call.get("function_name").asText()).orElseThrow();
    ExampleBinder binder = new ExampleBinder(columns);
    List<SortOrder> orders = new ArrayList<>();
    for (JsonNode order : call.get("order_bys").get("orders")) {
      orders.add(
          new SortOrder(
              binder.bind(order.get("expression")),
              order.get("type").asText().equals("DESCENDING"),
              false));
    }
    AggregateParts bound =
        definition.bind(
            "a", binder.arguments(call), call.get("distinct").asBoolean(), orders, this::column);
    return only(project(new Plan.Aggregate(rows, List.of(), bound.calls()), bound.value()));
  }

  /** The values of a window function over the rows 1, 2, 2 of x, in the order of x. */
  String window(String example) throws SQLException {
    Map<String, Expr> columns = new LinkedHashMap<>();
    Plan rows = rows("1, 2, 2", columns);
    JsonNode call = parsed(example + " OVER ()").get(0);
    List<Expr> arguments = new ArrayList<>();
    call.get("arguments")
        .forEach(a -> arguments.add(new ExampleBinder(columns).bind(a.get("expression"))));
    String name = call.get("function_name").asText();
    WindowParts parts =
        Functions.window(name)
            .map(definition -> definition.bind(arguments))
            .orElseGet(() -> Functions.aggregate(name).orElseThrow().overWindow(arguments));
    PlanColumn made = column("w", parts.type());
    Plan window =
        new QueryPlan.Window(
            rows,
            List.of(),
            List.of(new SortOrder(columns.get("x"), false, false)),
            List.of(new WindowCall(made, parts.function(), parts.arguments(), "")));
    return String.join(", ", all(project(window, new Expr.Ref(made))));
  }

  private Plan rows(String values, Map<String, Expr> columns) throws SQLException {
    List<List<Expr>> rows = new ArrayList<>();
    boolean pairs = values.startsWith("(");
    for (String value :
        pairs ? values.substring(1, values.length() - 1).split("\\), \\(") : values.split(", ")) {
      List<Expr> row = new ArrayList<>();
      for (JsonNode node : parsed(value)) {
        row.add(new ExampleBinder(Map.of()).bind(node));
      }
      rows.add(row);
    }
    List<PlanColumn> made = new ArrayList<>();
    for (int i = 0; i < rows.get(0).size(); i++) {
      int at = i;
      String name = pairs && i == 0 ? "y" : "x";
      Type type = Coercion.common(rows.stream().map(row -> row.get(at)).toList()).orElseThrow();
      boolean typed = type.typeId() != Type.TypeID.UNKNOWN;
      made.add(column(name, typed ? type : Types.StringType.get()));
      columns.put(name, new Expr.Ref(made.get(i)));
    }
    List<List<Expr>> cast = new ArrayList<>();
    for (List<Expr> row : rows) {
      List<Expr> cells = new ArrayList<>();
      for (int i = 0; i < row.size(); i++) {
        cells.add(Coercion.to(row.get(i), made.get(i).type()));
      }
      cast.add(cells);
    }
    return new QueryPlan.Values(made, cast);
  }

  private String only(Plan plan) throws SQLException {
    List<String> all = all(plan);
    if (all.size() != 1) {
      throw new IllegalStateException("rows: " + all);
    }
    return all.get(0);
  }

  private List<String> all(Plan plan) throws SQLException {
    String sql = DuckDbSql.select(plan, source -> DuckDbTypes.quote("none"));
    for (Matcher name = DIVISION.matcher(sql); name.find(); ) {
      execute(
          "CREATE OR REPLACE MACRO %s(a, b) AS CAST(round(CAST(a AS DOUBLE) / b, %s) AS DECIMAL(38, %s))"
              .formatted(name.group(), name.group(3), name.group(3)));
    }
    for (Matcher name = AVERAGE.matcher(sql); name.find(); ) {
      execute(
          "CREATE OR REPLACE MACRO %s(a, b) AS CAST(CAST(a AS DOUBLE) / b AS DECIMAL(38, %s))"
              .formatted(name.group(), name.group(2)));
    }
    String column = DuckDbTypes.column(plan.columns().get(0).id());
    List<String> values = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet result =
            statement.executeQuery("SELECT CAST(" + column + " AS VARCHAR) FROM (" + sql + ")")) {
      while (result.next()) {
        String value = result.getString(1);
        values.add(value == null ? "NULL" : value);
      }
    } catch (SQLException e) {
      throw new SQLException(sql + "\n" + e.getMessage(), e);
    }
    return values;
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
