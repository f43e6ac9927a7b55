package io.bergview.projection.function;

import com.fasterxml.jackson.databind.JsonNode;
import io.bergview.projection.plan.Expr;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** Expressions of examples, from the syntax tree that DuckDB makes of them. */
record ExampleBinder(Map<String, Expr> columns) {
  private static final Map<String, String> COMPARISONS =
      Map.of(
          "COMPARE_EQUAL", "=",
          "COMPARE_NOTEQUAL", "<>",
          "COMPARE_LESSTHAN", "<",
          "COMPARE_LESSTHANOREQUALTO", "<=",
          "COMPARE_GREATERTHAN", ">",
          "COMPARE_GREATERTHANOREQUALTO", ">=",
          "COMPARE_DISTINCT_FROM", "is distinct from",
          "COMPARE_NOT_DISTINCT_FROM", "is not distinct from",
          "COMPARE_IN", "in");

  private static final Map<String, String> OPERATORS =
      Map.of(
          "OPERATOR_NOT", "not",
          "OPERATOR_IS_NULL", "is null",
          "OPERATOR_IS_NOT_NULL", "is not null",
          "OPERATOR_COALESCE", "coalesce",
          "COMPARE_IN", "in",
          "ARRAY_EXTRACT", "array_extract");

  private static final Map<String, Type> TYPES =
      Map.ofEntries(
          Map.entry("BOOLEAN", Types.BooleanType.get()),
          Map.entry("INTEGER", Types.IntegerType.get()),
          Map.entry("BIGINT", Types.LongType.get()),
          Map.entry("FLOAT", Types.FloatType.get()),
          Map.entry("DOUBLE", Types.DoubleType.get()),
          Map.entry("DATE", Types.DateType.get()),
          Map.entry("TIME", Types.TimeType.get()),
          Map.entry("TIMESTAMP", Types.TimestampType.withoutZone()),
          Map.entry("TIMESTAMPTZ", Types.TimestampType.withZone()),
          Map.entry("VARCHAR", Types.StringType.get()));

  Expr bind(JsonNode node) {
    return switch (node.get("class").asText()) {
      case "CONSTANT" -> constant(node.get("literal"));
      case "COLUMN_REF" -> columns.get(node.get("column_names").get(0).asText());
      case "FUNCTION" -> call(node.get("function_name").asText(), arguments(node));
      case "COMPARISON" ->
          call(
              COMPARISONS.get(node.get("type").asText()),
              List.of(bind(node.get("left")), bind(node.get("right"))));
      case "CONJUNCTION" ->
          call(
              node.get("type").asText().equals("CONJUNCTION_AND") ? "and" : "or",
              all(node.get("children")));
      case "OPERATOR" -> call(OPERATORS.get(node.get("type").asText()), all(node.get("children")));
      case "BETWEEN" ->
          call(
              "between",
              List.of(bind(node.get("input")), bind(node.get("lower")), bind(node.get("upper"))));
      case "CASE" -> cases(node);
      case "CAST" -> cast(node);
      default -> throw new IllegalArgumentException(node.toString());
    };
  }

  List<Expr> arguments(JsonNode function) {
    List<Expr> arguments = new ArrayList<>();
    function.get("arguments").forEach(argument -> arguments.add(bind(argument.get("expression"))));
    return arguments;
  }

  private List<Expr> all(JsonNode nodes) {
    List<Expr> all = new ArrayList<>();
    nodes.forEach(node -> all.add(bind(node)));
    return all;
  }

  private static Expr call(String name, List<Expr> arguments) {
    return Functions.scalar(name)
        .orElseThrow(() -> new IllegalArgumentException("no function " + name))
        .bind(arguments);
  }

  private Expr cases(JsonNode node) {
    List<Expr> arguments = new ArrayList<>();
    for (JsonNode check : node.get("case_checks")) {
      arguments.add(bind(check.get("when_expr")));
      arguments.add(bind(check.get("then_expr")));
    }
    arguments.add(bind(node.get("else_expr")));
    return call("case", arguments);
  }

  private Expr cast(JsonNode node) {
    JsonNode type = node.get("type_expr");
    String name = type.get("type_name").asText();
    JsonNode parameters = type.get("children");
    Type target =
        name.equals("DECIMAL")
            ? Types.DecimalType.of(
                parameters.get(0).get("literal").get("text").asInt(),
                parameters.get(1).get("literal").get("text").asInt())
            : name.equals("INTERVAL") ? Intervals.TYPE : TYPES.get(name);
    if (target == null) {
      throw new IllegalArgumentException("no type " + name);
    }
    return node.get("try_cast").asBoolean()
        ? Coercion.tryCast(bind(node.get("child")), target)
        : Coercion.cast(bind(node.get("child")), target);
  }

  private static Expr constant(JsonNode literal) {
    String text = literal.get("text").asText();
    return switch (literal.get("kind").asText()) {
      case "INTEGER" -> {
        long value = Long.parseLong(text);
        yield new Expr.Constant(
            value, (int) value == value ? Types.IntegerType.get() : Types.LongType.get());
      }
      case "NUMERIC" -> {
        BigDecimal value = new BigDecimal(text);
        yield new Expr.Constant(
            value, Types.DecimalType.of(Math.max(value.precision(), value.scale()), value.scale()));
      }
      case "BOOLEAN" -> new Expr.Constant(Boolean.valueOf(text), Types.BooleanType.get());
      case "STRING" -> new Expr.Constant(text, Types.StringType.get());
      case "NULL_LITERAL" -> new Expr.Constant(null, Types.UnknownType.get());
      default -> throw new IllegalArgumentException(literal.toString());
    };
  }
}
