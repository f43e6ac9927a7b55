package io.bergview.projection.function;

import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.PlanColumn;
import io.bergview.projection.plan.QueryPlan;
import io.bergview.projection.plan.ScalarFunction;
import io.bergview.projection.plan.TypeShapes;
import io.bergview.projection.sql.DuckDbSql;
import io.bergview.projection.sql.DuckDbTypes;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** Calls of every function with values at the edges, which are those of columns. */
public final class EdgeCalls {
  private static final Type LONG = Types.LongType.get();
  private static final Type STRING = Types.StringType.get();
  private static final Type DOUBLE = Types.DoubleType.get();
  private static final int ROWS = 20;
  private static final List<String> TEXTS =
      List.of(
          "year",
          "month",
          "week",
          "day",
          "second",
          "decade",
          "%Y-%m-%d %H:%M:%S",
          "%j%%%d",
          ",",
          "b",
          "[a-z]+",
          "(a)|b$",
          "x*",
          ".",
          "^\\s*",
          "\\1-",
          "g",
          "i",
          "",
          "yyyy-MM-dd HH:mm",
          "Europe/Berlin",
          "minute",
          "millennium",
          "quarter",
          "\\");

  /** Those whose results are as large as an argument says. */
  private static final List<String> SIZED =
      List.of(
          "repeat",
          "lpad",
          "rpad",
          "array_repeat",
          "array_insert",
          "range",
          "generate_series",
          "sequence");

  /**
   * A call, and the rows of the columns that it is of.
   *
   * @param what for display
   */
  public record Edge(String what, Expr value, List<PlanColumn> columns, List<List<Expr>> rows) {
    public Edge {
      columns = List.copyOf(columns);
      rows = List.copyOf(rows);
    }

    /** DuckDB's SQL of the values of some of the rows, as text. */
    public String duckDb(List<List<Expr>> some) {
      PlanColumn made = new PlanColumn(999, "value", value.type());
      Plan plan =
          new Plan.Project(
              new QueryPlan.Values(columns, some), List.of(new Plan.Assignment(made, value)));
      return "SELECT CAST("
          + DuckDbTypes.column(999)
          + " AS VARCHAR) FROM ("
          + DuckDbSql.select(plan, source -> "none")
          + ")";
    }
  }

  private final Random random;

  public EdgeCalls(long seed) {
    random = new Random(seed);
  }

  /** Of a function, some calls for each signature. */
  public List<Edge> of(FunctionDocs function, int most) {
    List<Edge> edges = new ArrayList<>();
    for (String signature : function.signatures()) {
      int made = 0;
      for (int tried = 0; tried < 60 && made < most; tried++) {
        Edge edge = edge(function.names().get(0), signature);
        if (edge != null) {
          edges.add(edge);
          made++;
        }
      }
    }
    return edges;
  }

  private @Nullable Edge edge(String name, String written) {
    Signature signature = Signature.parse(written);
    List<Parameter> parameters = new ArrayList<>(signature.parameters());
    if (signature.variadic()) {
      parameters.add(parameters.get(parameters.size() - 1));
      parameters.add(parameters.get(parameters.size() - 1));
    }
    List<Expr> arguments = new ArrayList<>();
    List<PlanColumn> columns = new ArrayList<>();
    Type shared = pick(List.of(LONG, STRING, DOUBLE, LONG));
    for (Parameter parameter : parameters) {
      if (parameter.constant()) {
        arguments.add(
            parameter.word().equals("string")
                ? new Expr.Constant(pick(TEXTS), STRING)
                : new Expr.Constant((long) random.nextInt(5) - 2, LONG));
        continue;
      }
      if (parameter.word().equals("interval")) {
        if (SIZED.contains(name)) {
          return null;
        }
        arguments.add(
            Functions.bound(
                pick(List.of("to_months", "to_days", "to_hours", "to_seconds")),
                List.of(new Expr.Constant((long) random.nextInt(9) - 4, LONG))));
        continue;
      }
      Type type = type(parameter.word(), shared);
      if (type == null) {
        return null;
      }
      PlanColumn column = new PlanColumn(columns.size() + 1, "c", type);
      columns.add(column);
      arguments.add(new Expr.Ref(column));
    }
    if (columns.isEmpty()) {
      return null;
    }
    Expr bound;
    try {
      bound = Functions.bound(name, arguments);
      if (bound.type().equals(Intervals.TYPE)) {
        return null;
      }
    } catch (RuntimeException notOfThese) {
      return null;
    }
    List<List<Expr>> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      List<Expr> row = new ArrayList<>();
      for (PlanColumn column : columns) {
        row.add(value(column.type()));
      }
      if (SIZED.contains(name) && row.stream().anyMatch(EdgeCalls::isGreat)) {
        continue;
      }
      rows.add(row);
    }
    StringBuilder what = new StringBuilder(name + "(");
    for (Expr argument : arguments) {
      what.append(argument instanceof Expr.Constant c ? "'" + c.value() + "'" : argument.type());
      what.append(", ");
    }
    return new Edge(what + ")", bound, columns, rows);
  }

  private static boolean isGreat(Expr value) {
    return value instanceof Expr.Constant constant
        && constant.value() instanceof Long number
        && (number > 10_000 || number < -10_000);
  }

  private <T> T pick(List<T> values) {
    return values.get(random.nextInt(values.size()));
  }

  private @Nullable Type type(String word, Type shared) {
    return switch (word) {
      case "string" -> STRING;
      case "long" -> LONG;
      case "double" -> DOUBLE;
      case "boolean" -> Types.BooleanType.get();
      case "date" -> Types.DateType.get();
      case "timestamp" -> Types.TimestampType.withoutZone();
      case "timestamptz" -> Types.TimestampType.withZone();
      case "moment" ->
          pick(
              List.of(
                  Types.DateType.get(),
                  Types.TimestampType.withoutZone(),
                  Types.TimestampType.withZone()));
      case "decimal" -> pick(List.of(Types.DecimalType.of(9, 3), Types.DecimalType.of(4, 0)));
      case "number" -> pick(List.of(LONG, DOUBLE, Types.DecimalType.of(9, 3)));
      case "binary" -> null;
      case "T" -> shared;
      case "list<T>", "list" -> TypeShapes.listOf(shared);
      case "map" -> TypeShapes.mapOf(STRING, LONG);
      case "any" -> shared.equals(DOUBLE) ? STRING : shared;
      default -> null;
    };
  }

  private Expr value(Type type) {
    if (random.nextInt(12) == 0) {
      return new Expr.Constant(null, type);
    }
    return switch (type.typeId()) {
      case LIST -> {
        Type element = type.asListType().elementType();
        List<Expr> elements = new ArrayList<>();
        for (int i = random.nextInt(5); i > 0; i--) {
          elements.add(value(element));
        }
        yield elements.isEmpty()
            ? new Expr.Call(new ScalarFunction("empty", "[]"), List.of(), type)
            : Functions.bound("list_value", elements);
      }
      case MAP ->
          Functions.bound(
              "map",
              List.of(
                  Functions.bound(
                      "list_value",
                      List.of(new Expr.Constant("a", STRING), new Expr.Constant("b", STRING))),
                  Functions.bound("list_value", List.of(value(LONG), value(LONG)))));
      default -> new Expr.Constant(constant(type), type);
    };
  }

  private Object constant(Type type) {
    return switch (type.typeId()) {
      case STRING ->
          pick(
              List.of(
                  "",
                  "a",
                  "b",
                  "Straße ÉÀ",
                  "😀ab c",
                  " a,b ",
                  "-12.5",
                  "%_\\x",
                  "2024-02-29",
                  "ab",
                  "aXbX",
                  "x\ny",
                  "İIσς",
                  "12",
                  "YWI=",
                  "6162",
                  "2024-02-29 10:11:12",
                  ",",
                  "aab"));
      case LONG ->
          pick(
              Arrays.asList(
                  0L,
                  1L,
                  -1L,
                  2L,
                  3L,
                  7L,
                  -7L,
                  4L,
                  5L,
                  64L,
                  1L << 40,
                  Long.MAX_VALUE,
                  Long.MIN_VALUE,
                  12L,
                  2024L,
                  100L));
      case DOUBLE ->
          pick(
              List.of(
                  0.0,
                  -0.0,
                  1.5,
                  -2.5,
                  0.1,
                  1e300,
                  Double.NaN,
                  Double.POSITIVE_INFINITY,
                  Double.NEGATIVE_INFINITY,
                  2.675,
                  1234567.891,
                  1.0,
                  -1.0,
                  0.5,
                  3.0,
                  1e-9));
      case DECIMAL ->
          new BigDecimal(pick(List.of("1.5", "-2.345", "999.995", "0", "-0.5", "1234", "7")))
              .setScale(((Types.DecimalType) type).scale(), RoundingMode.HALF_UP);
      case BOOLEAN -> random.nextBoolean();
      case DATE ->
          pick(
              List.of(
                  LocalDate.of(2024, 2, 29),
                  LocalDate.of(1969, 12, 31),
                  LocalDate.of(1, 1, 1),
                  LocalDate.of(2000, 1, 1),
                  LocalDate.of(2024, 12, 30),
                  LocalDate.of(2021, 1, 3),
                  LocalDate.of(1583, 1, 1),
                  LocalDate.of(1900, 3, 31)));
      default -> {
        LocalDateTime time =
            pick(
                List.of(
                    LocalDateTime.of(2024, 2, 29, 13, 45, 10, 123_456_000),
                    LocalDateTime.of(1969, 12, 31, 23, 59, 59, 999_999_000),
                    LocalDateTime.of(2024, 10, 27, 2, 30),
                    LocalDateTime.of(2024, 3, 31, 2, 30),
                    LocalDateTime.of(2021, 1, 3, 0, 0),
                    LocalDateTime.of(1, 1, 1, 0, 0),
                    LocalDateTime.of(1600, 2, 29, 12, 0)));
        yield ((Types.TimestampType) type).shouldAdjustToUTC()
            ? (Object) Instant.from(time.atOffset(ZoneOffset.UTC))
            : time;
      }
    };
  }
}
