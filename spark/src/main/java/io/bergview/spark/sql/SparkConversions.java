package io.bergview.spark.sql;

import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Type.TypeID;
import org.apache.iceberg.types.Types;

/** Casts that give the values that DuckDB's give. */
final class SparkConversions {
  private SparkConversions() {}

  static String convert(String value, Type from, Type to) {
    return "CAST(" + prepared(value, from, to) + " AS " + SparkTypes.sql(to) + ")";
  }

  /** DuckDB rounds where Spark cuts. */
  private static String prepared(String value, Type from, Type to) {
    boolean whole = to.typeId() == TypeID.INTEGER || to.typeId() == TypeID.LONG;
    if (isFloating(from)) {
      if (to.typeId() == TypeID.STRING) {
        throw new UnsupportedOnSpark("cast of " + from + " to string");
      }
      if (to instanceof Types.DecimalType decimal) {
        return "bv_decimal_%d(CAST(%s AS DOUBLE))".formatted(decimal.scale(), value);
      }
      return whole ? "rint(" + value + ")" : value;
    }
    if (to.typeId() == TypeID.STRING && !from.isPrimitiveType()) {
      throw new UnsupportedOnSpark("cast of " + from.typeId() + " to string");
    }
    if (to.typeId() == TypeID.UUID && from.typeId() == TypeID.STRING) {
      return "bv_uuid(" + value + ")";
    }
    return whole && from instanceof Types.DecimalType decimal && decimal.scale() > 0
        ? "round(" + value + ", 0)"
        : value;
  }

  private static boolean isFloating(Type type) {
    return type.typeId() == TypeID.DOUBLE || type.typeId() == TypeID.FLOAT;
  }
}
