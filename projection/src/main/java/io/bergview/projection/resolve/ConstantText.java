package io.bergview.projection.resolve;

import io.bergview.projection.plan.Expr;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Locale;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** Constants and types in SQL. */
final class ConstantText {
  private static final int LAST_YEAR = 9999;

  private ConstantText() {}

  /** A constant of a type; numbers are written plainly. */
  static String of(Expr.Constant constant) {
    Object value = constant.value();
    if (value == null) {
      return "NULL";
    }
    return switch (constant.type().typeId()) {
      case BOOLEAN, INTEGER, LONG -> value.toString();
      case DECIMAL -> ((BigDecimal) value).toPlainString();
      case FLOAT, DOUBLE, UUID -> cast(quoted(value.toString()), constant.type());
      case DATE, TIME, TIMESTAMP -> time(value.toString(), constant.type());
      case STRING -> quoted(value.toString());
      case BINARY -> "unhex('%s')".formatted(HexFormat.of().formatHex(bytes(value)));
      default -> throw new NoSqlFormException("a constant of type " + constant.type());
    };
  }

  private static byte[] bytes(Object value) {
    ByteBuffer buffer = ((ByteBuffer) value).duplicate();
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  private static String time(String text, Type type) {
    boolean plain =
        type.typeId() == Type.TypeID.TIME
            || !text.startsWith("-") && !text.startsWith("+") && text.indexOf('-') == 4;
    if (!plain) {
      throw new NoSqlFormException("a time outside of the years 0 to " + LAST_YEAR);
    }
    return cast(quoted(text), type);
  }

  /** A string in quotes. */
  static String quoted(String text) {
    if (text.indexOf('\0') >= 0) {
      throw new NoSqlFormException("a string with the character U+0000");
    }
    return "'" + text.replace("'", "''") + "'";
  }

  static String cast(String value, Type type) {
    return "CAST(%s AS %s)".formatted(value, type(type));
  }

  private static String type(Type type) {
    return switch (type.typeId()) {
      case BOOLEAN, INTEGER, FLOAT, DOUBLE, DATE, TIME, UUID ->
          type.typeId().name().toUpperCase(Locale.ROOT);
      case LONG -> "BIGINT";
      case STRING -> "VARCHAR";
      case BINARY -> "BLOB";
      case DECIMAL -> {
        Types.DecimalType decimal = (Types.DecimalType) type;
        yield "DECIMAL(%d, %d)".formatted(decimal.precision(), decimal.scale());
      }
      case TIMESTAMP ->
          ((Types.TimestampType) type).shouldAdjustToUTC() ? "TIMESTAMPTZ" : "TIMESTAMP";
      default -> throw new NoSqlFormException("a value of type " + type);
    };
  }
}
