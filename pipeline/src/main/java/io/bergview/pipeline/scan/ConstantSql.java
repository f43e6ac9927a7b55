package io.bergview.pipeline.scan;

import static io.bergview.projection.sql.DuckDbTypes.bytes;
import static io.bergview.projection.sql.DuckDbTypes.sqlType;
import static io.bergview.projection.sql.DuckDbTypes.text;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.util.DateTimeUtil;
import org.jspecify.annotations.Nullable;

/** A constant of a primitive type in Iceberg's internal representation, as typed SQL. */
final class ConstantSql {
  private ConstantSql() {}

  static String of(Type type, @Nullable Object value) {
    return "CAST(" + untyped(type, value) + " AS " + sqlType(type) + ")";
  }

  private static String untyped(Type type, @Nullable Object value) {
    if (value == null) {
      return "NULL";
    }
    return switch (type.typeId()) {
      case BOOLEAN, INTEGER, LONG -> value.toString();
      case DATE -> "DATE '1970-01-01' + " + value;
      case TIME -> text(DateTimeUtil.timeFromMicros((Long) value).toString());
      case TIMESTAMP -> "make_timestamp(" + value + ")";
      case DECIMAL -> text(((BigDecimal) value).toPlainString());
      case FIXED, BINARY -> bytes((ByteBuffer) value);
      default -> text(value.toString());
    };
  }
}
