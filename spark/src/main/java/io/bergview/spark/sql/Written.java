package io.bergview.spark.sql;

import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Type.TypeID;
import org.apache.iceberg.types.Types;

/**
 * Spark SQL of a value.
 *
 * @param type what Spark makes of it; unknown where that does not matter, or for a bare NULL
 */
record Written(String sql, Type type) {
  static Written unknown(String sql) {
    return new Written(sql, Types.UnknownType.get());
  }

  static Written truth(String sql) {
    return new Written(sql, Types.BooleanType.get());
  }

  static Written text(String sql) {
    return new Written(sql, Types.StringType.get());
  }

  boolean is(TypeID id) {
    return type.typeId() == id;
  }

  boolean isWhole() {
    return is(TypeID.INTEGER) || is(TypeID.LONG);
  }

  boolean isFloating() {
    return is(TypeID.FLOAT) || is(TypeID.DOUBLE);
  }

  boolean isMoment() {
    return is(TypeID.DATE) || is(TypeID.TIMESTAMP);
  }

  boolean isZoned() {
    return type instanceof Types.TimestampType timestamp && timestamp.shouldAdjustToUTC();
  }
}
