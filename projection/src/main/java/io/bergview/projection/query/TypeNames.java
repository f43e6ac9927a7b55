package io.bergview.projection.query;

import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.projection.function.IntervalValues;
import io.bergview.projection.function.Intervals;
import io.bergview.projection.plan.TypeShapes;
import io.bergview.projection.syntax.SqlException;
import io.bergview.projection.syntax.SyntaxNode;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** Types as CAST names them. */
final class TypeNames {
  private static final int MOST_DIGITS = 38;

  /** Of a decimal that is written without digits, as in Spark. */
  private static final int USUAL_DIGITS = 10;

  private TypeNames() {}

  static Type of(SyntaxNode node) {
    String name = node.string("type_name").toUpperCase(Locale.ROOT);
    List<SyntaxNode> arguments = node.children("children");
    return switch (name) {
      case "BOOLEAN", "BOOL" -> Types.BooleanType.get();
      case "TINYINT", "SMALLINT", "INT2", "INTEGER", "INT", "INT4", "SIGNED" ->
          Types.IntegerType.get();
      case "BIGINT", "INT8", "LONG" -> Types.LongType.get();
      case "HUGEINT" -> Types.DecimalType.of(MOST_DIGITS, 0);
      case "REAL", "FLOAT", "FLOAT4" -> Types.FloatType.get();
      case "DOUBLE", "FLOAT8", "DOUBLE PRECISION" -> Types.DoubleType.get();
      case "DECIMAL", "NUMERIC", "DEC" -> decimal(arguments, node);
      case "VARCHAR", "TEXT", "STRING", "CHAR", "BPCHAR", "CHARACTER", "CHARACTER VARYING" ->
          Types.StringType.get();
      case "DATE" -> Types.DateType.get();
      case "TIME" -> Types.TimeType.get();
      case "TIMESTAMP", "DATETIME", "TIMESTAMP WITHOUT TIME ZONE" ->
          Types.TimestampType.withoutZone();
      case "TIMESTAMPTZ", "TIMESTAMP WITH TIME ZONE" -> Types.TimestampType.withZone();
      case "UUID" -> Types.UUIDType.get();
      case "BLOB", "BYTEA", "BINARY", "VARBINARY" -> Types.BinaryType.get();
      case "INTERVAL" ->
          IntervalValues.type(node.source().replaceFirst("(?i)^\\s*interval\\s*", ""))
              .orElse(Intervals.TYPE);
      case "LIST" -> TypeShapes.listOf(of(arguments.get(0)));
      case "MAP" -> TypeShapes.mapOf(of(arguments.get(0)), of(arguments.get(1)));
      case "STRUCT" ->
          TypeShapes.structOf(
              arguments.stream().map(field -> field.string("alias")).toList(),
              arguments.stream().map(TypeNames::of).toList());
      default ->
          throw new SqlException(
              ProblemKind.UNSUPPORTED,
              node.offset(),
              "type %s is not supported; use one of boolean, int, bigint, float, double, decimal(p, s), varchar, date, time, timestamp, timestamptz, uuid, blob"
                  .formatted(name.toLowerCase(Locale.ROOT)));
    };
  }

  /** The n of {@code varchar(n)} and {@code binary(n)}. */
  static Optional<Long> length(SyntaxNode node) {
    List<SyntaxNode> arguments = node.children("children");
    return switch (node.string("type_name").toUpperCase(Locale.ROOT)) {
      case "VARCHAR", "BPCHAR", "CHAR", "BLOB", "BYTEA", "BINARY", "VARBINARY" ->
          arguments.size() == 1 ? QueryBinder.wholeConstant(arguments.get(0)) : Optional.empty();
      default -> Optional.empty();
    };
  }

  /** Whether values that are shorter than a length are filled up. */
  static boolean isFixed(SyntaxNode node) {
    String written = node.source().toUpperCase(Locale.ROOT);
    return written.startsWith("BINARY")
        || written.startsWith("CHAR") && !written.contains("VARYING");
  }

  private static Type decimal(List<SyntaxNode> arguments, SyntaxNode node) {
    if (arguments.isEmpty()) {
      return Types.DecimalType.of(USUAL_DIGITS, 0);
    }
    long precision = QueryBinder.wholeConstant(arguments.get(0)).orElse(0L);
    long scale = arguments.size() > 1 ? QueryBinder.wholeConstant(arguments.get(1)).orElse(-1L) : 0;
    if (precision < 1 || precision > MOST_DIGITS || scale < 0 || scale > precision) {
      throw new SqlException(
          ProblemKind.WRONG_TYPE,
          node.offset(),
          "decimal(%d, %d) is no type: it has 1 to 38 digits, at most all of them after the point"
              .formatted(precision, scale));
    }
    return Types.DecimalType.of((int) precision, (int) scale);
  }
}
