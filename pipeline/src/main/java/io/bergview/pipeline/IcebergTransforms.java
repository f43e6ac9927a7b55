package io.bergview.pipeline;

import static io.bergview.projection.sql.DuckDbTypes.text;

import java.util.Locale;
import org.apache.iceberg.transforms.Transform;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * Iceberg's partition transforms as SQL over values of a session: same result, same type ({@code
 * year}, {@code month}, {@code hour} and {@code bucket} an INTEGER, {@code day} a DATE), null for
 * null. Divisions floor, so dates before 1970 are correct, whereas DuckDB's {@code //} truncates.
 */
public final class IcebergTransforms {
  private static final long MICROS_PER_HOUR = 3_600_000_000L;

  private IcebergTransforms() {}

  /**
   * @param type the source column's Iceberg type
   * @param value SQL of exactly that type
   * @throws IllegalArgumentException for a transform that Iceberg does not define on the type
   */
  public static String sql(Transform<?, ?> transform, Type type, String value) {
    return sql(transform, type, value, "a value");
  }

  /**
   * As {@link #sql(Transform, Type, String)}; a value that is truncated to one below the smallest
   * of its type fails the query with {@code OVERFLOW}.
   *
   * @param column what the value is called then
   */
  public static String sql(Transform<?, ?> transform, Type type, String value, String column) {
    String name = transform.toString();
    if (name.equals("identity")) {
      return value;
    }
    if (name.equals("void")) {
      return "NULL";
    }
    if (name.startsWith("bucket[")) {
      return bucket(argument(name), type, value);
    }
    if (name.startsWith("truncate[")) {
      return truncate(argument(name), type, value, column);
    }
    String moment = type.typeId() == Type.TypeID.DATE ? value : "CAST(" + value + " AS TIMESTAMP)";
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "year" -> "CAST(year(" + moment + ") - 1970 AS INTEGER)";
      case "month" ->
          "CAST((year(" + moment + ") - 1970) * 12 + month(" + moment + ") - 1 AS INTEGER)";
      case "day" -> "CAST(" + moment + " AS DATE)";
      case "hour" ->
          "CAST(" + floorDivide("epoch_us(" + moment + ")", MICROS_PER_HOUR) + " AS INTEGER)";
      default ->
          throw new IllegalArgumentException(
              "transform " + name + " is not known, on type " + type);
    };
  }

  private static int argument(String name) {
    return Integer.parseInt(name.substring(name.indexOf('[') + 1, name.length() - 1));
  }

  private static String bucket(int count, Type type, String value) {
    String call =
        switch (type.typeId()) {
          case INTEGER, LONG -> "bv_bucket_long(%d, CAST(" + value + " AS BIGINT))";
          case DATE -> "bv_bucket_long(%d, " + epochDays(value) + ")";
          case TIME -> "bv_bucket_long(%d, epoch_us(" + value + "))";
          case TIMESTAMP -> "bv_bucket_long(%d, epoch_us(CAST(" + value + " AS TIMESTAMP)))";
          case DECIMAL -> "bv_bucket_decimal(%d, bv_unscaled(" + value + "))";
          case STRING -> "bv_bucket_text(%d, " + value + ")";
          case UUID -> "bv_bucket_uuid(%d, CAST(" + value + " AS VARCHAR))";
          case BINARY, FIXED -> "bv_bucket_hex(%d, hex(" + value + "))";
          default -> throw new IllegalArgumentException("type " + type + " cannot be bucketed");
        };
    return call.formatted(count);
  }

  private static String truncate(int width, Type type, String value, String column) {
    return switch (type.typeId()) {
      case INTEGER -> {
        String least = String.valueOf(Integer.MIN_VALUE);
        String floor = floor("CAST(" + value + " AS BIGINT)", width);
        String cast = "TRY_CAST(" + floor + " AS INTEGER)";
        yield within(floor, least, cast, width, type, value, column);
      }
      case LONG -> {
        String least = "CAST('" + Long.MIN_VALUE + "' AS HUGEINT)";
        String floor = floor("CAST(" + value + " AS HUGEINT)", width);
        String cast = "TRY_CAST(" + floor + " AS BIGINT)";
        yield within(floor, least, cast, width, type, value, column);
      }
      case DECIMAL -> {
        Types.DecimalType decimal = (Types.DecimalType) type;
        String least = "CAST('-" + "9".repeat(decimal.precision()) + "' AS HUGEINT)";
        String floor = floor("bv_unscaled(" + value + ")", width);
        String cast =
            "TRY_CAST(bv_decimal_text(%s, %d) AS DECIMAL(%d, %d))"
                .formatted(floor, decimal.scale(), decimal.precision(), decimal.scale());
        yield within(floor, least, cast, width, type, value, column);
      }
      case STRING -> "left(" + value + ", " + width + ")";
      case BINARY -> "unhex(left(hex(" + value + "), " + 2L * width + "))";
      default -> throw new IllegalArgumentException("type " + type + " cannot be truncated");
    };
  }

  /** A truncated value where its type holds it. */
  private static String within(
      String floor, String least, String cast, int width, Type type, String value, String column) {
    String message =
        ", which truncate(%d) takes below the smallest %s: rows cannot be partitioned by it; nothing was committed. Partition by another key, or filter such rows"
            .formatted(width, type);
    return "CASE WHEN %s < %s THEN bv_fail('OVERFLOW', %s || CAST(%s AS VARCHAR) || %s) ELSE %s END"
        .formatted(floor, least, text(column + " is "), value, text(message), cast);
  }

  private static String floor(String value, long width) {
    return "(%1$s - ((%1$s %% %2$d) + %2$d) %% %2$d)".formatted(value, width);
  }

  private static String floorDivide(String value, long width) {
    return "(" + floor(value, width) + " // " + width + ")";
  }

  static String epochDays(String date) {
    return "date_diff('day', DATE '1970-01-01', " + date + ")";
  }
}
