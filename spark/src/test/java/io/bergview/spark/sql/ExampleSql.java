package io.bergview.spark.sql;

import static java.util.stream.Collectors.joining;

import io.bergview.projection.function.BoundExamples;
import io.bergview.projection.plan.AggregateCall;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.PlanColumn;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** Examples as Spark SQL. Apart from calls, it writes only what examples have. */
final class ExampleSql {
  private ExampleSql() {}

  static String sql(Expr value) {
    if (value instanceof Expr.Ref ref) {
      return column(ref.column());
    }
    if (value instanceof Expr.Constant constant) {
      return constant(constant);
    }
    if (value instanceof Expr.Call call) {
      return SparkForms.sql(
          call.function(),
          call.arguments(),
          call.arguments().stream().map(ExampleSql::sql).toList(),
          call.type());
    }
    if (value instanceof Expr.Cast cast) {
      return cast(sql(cast.value()), cast.value().type(), cast.type());
    }
    if (value instanceof Expr.Field field) {
      return sql(field.struct()) + "." + SparkText.name(field.name());
    }
    if (value instanceof Expr.Arithmetic arithmetic) {
      String operator =
          switch (arithmetic.operator()) {
            case ADD -> "+";
            case SUBTRACT -> "-";
            case MULTIPLY -> "*";
          };
      String infix = "(" + sql(arithmetic.left()) + " " + operator + " ";
      return "CAST(%s%s) AS %s)"
          .formatted(infix, sql(arithmetic.right()), SparkTypes.sql(arithmetic.type()));
    }
    if (value instanceof Expr.Truncate truncate) {
      String start =
          SparkMoments.truncated(
                  truncate.unit().name().toLowerCase(Locale.ROOT),
                  new Written(sql(truncate.value()), truncate.value().type()))
              .sql();
      return "CAST(" + start + " AS " + SparkTypes.sql(truncate.type()) + ")";
    }
    if (value instanceof Expr.Canonical canonical) {
      String sql = sql(canonical.value());
      return "CASE WHEN " + sql + " = 0 THEN 0.0D ELSE " + sql + " END";
    }
    if (value instanceof Expr.Ratio ratio) {
      String divisor = sql(ratio.denominator());
      return "CASE WHEN %s > 0 THEN %s / %s END"
          .formatted(divisor, sql(ratio.numerator()), divisor);
    }
    if (value instanceof Expr.ExactAverage average) {
      return "CAST(%s / CAST(%s AS DECIMAL(20, 0)) AS %s)"
          .formatted(sql(average.sum()), sql(average.count()), SparkTypes.sql(average.type()));
    }
    if (value instanceof Expr.SquareRoot root) {
      return "sqrt(" + sql(root.value()) + ")";
    }
    if (value instanceof Expr.Pack pack) {
      StringBuilder fields = new StringBuilder();
      for (int i = 0; i < pack.values().size(); i++) {
        Types.NestedField field = pack.type().fields().get(i);
        fields
            .append(i == 0 ? "" : ", ")
            .append(SparkText.text(field.name()))
            .append(", ")
            .append(sql(pack.values().get(i)));
      }
      return "named_struct(" + fields + ")";
    }
    throw new IllegalArgumentException("an example has " + value);
  }

  static String column(PlanColumn column) {
    return "c" + column.id();
  }

  private static String cast(String sql, Type from, Type to) {
    return SparkCasts.cast(new Written(sql, from), to, false).sql();
  }

  private static String constant(Expr.Constant constant) {
    Object value = constant.value();
    if (constant.type().typeId() == Type.TypeID.UNKNOWN) {
      return "NULL";
    }
    String name = SparkTypes.sql(constant.type());
    if (value == null) {
      return "CAST(NULL AS " + name + ")";
    }
    if (value instanceof String text) {
      return SparkText.text(text);
    }
    if (value instanceof Boolean) {
      return value.toString();
    }
    if (value instanceof ByteBuffer bytes) {
      byte[] copy = new byte[bytes.remaining()];
      bytes.duplicate().get(copy);
      return "X'" + HexFormat.of().formatHex(copy) + "'";
    }
    String written = value instanceof BigDecimal decimal ? decimal.toPlainString() : "" + value;
    return value instanceof Long
        ? "CAST(" + written + "L AS " + name + ")"
        : "CAST('" + written + "' AS " + name + ")";
  }

  static String grouped(BoundExamples.Grouped example) {
    String rows =
        example.rows().stream()
            .map(row -> row.stream().map(ExampleSql::sql).collect(joining(", ", "(", ")")))
            .collect(joining(", "));
    String names = example.columns().stream().map(ExampleSql::column).collect(joining(", "));
    String calls =
        example.parts().calls().stream()
            .map(call -> aggregate(call) + " AS " + column(call.column()))
            .collect(joining(", "));
    return "SELECT %s AS value FROM (SELECT %s FROM VALUES %s AS t(%s))"
        .formatted(sql(example.parts().value()), calls, rows, names);
  }

  static String windowed(BoundExamples.Windowed example) {
    List<Expr> arguments = example.parts().arguments();
    String x = column(example.column());
    String value =
        SparkForms.over(
            example.parts().function(),
            arguments,
            arguments.stream().map(ExampleSql::sql).toList(),
            example.parts().type(),
            "OVER (ORDER BY " + x + ")");
    return "SELECT %s AS value FROM VALUES (1L), (2L), (2L) AS t(%s) ORDER BY %s"
        .formatted(value, x, x);
  }

  private static String aggregate(AggregateCall call) {
    String argument = sql(call.argument());
    Type type = call.column().type();
    return switch (call.kind()) {
      case COUNT_ROWS -> "count(*)";
      case COUNT -> "count(" + argument + ")";
      case COUNT_DISTINCT -> "count(DISTINCT " + argument + ")";
      case SUM -> cast("sum(" + argument + ")", Types.UnknownType.get(), type);
      case MIN -> "min(" + argument + ")";
      case MAX -> "max(" + argument + ")";
      case MEAN -> "avg(" + argument + ")";
      case SQUARED_DEVIATIONS -> "var_pop(" + argument + ") * count(" + argument + ")";
      case NAMED ->
          SparkForms.aggregate(call.named().orElseThrow(), call.argument(), ExampleSql::sql, type);
      default -> throw new IllegalArgumentException("an example has " + call);
    };
  }
}
