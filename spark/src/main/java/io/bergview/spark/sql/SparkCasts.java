package io.bergview.spark.sql;

import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Type.TypeID;
import org.apache.iceberg.types.Types.DecimalType;

/** Casts of Spark SQL that give the values of DuckDB's. */
final class SparkCasts {
  private SparkCasts() {}

  /** The value in another type; an error, or NULL where the cast is tried, where it fits not. */
  static Written cast(Written value, Type type, boolean tried) {
    String name = SparkTypes.sql(type);
    String cast =
        (tried ? "TRY_CAST(" : "CAST(") + prepared(value, type, tried) + " AS " + name + ")";
    if (type.typeId() == TypeID.UUID && value.is(TypeID.STRING)) {
      cast = (tried ? "bv_try_uuid(" : "bv_uuid(") + value.sql() + ")";
    }
    return new Written(cast, type);
  }

  /** DuckDB rounds where Spark cuts. */
  private static String prepared(Written value, Type type, boolean tried) {
    boolean whole = type.typeId() == TypeID.INTEGER || type.typeId() == TypeID.LONG;
    if (whole && value.isFloating()) {
      return "rint(" + value.sql() + ")";
    }
    if (whole && value.is(TypeID.DECIMAL)) {
      return "round(" + value.sql() + ", 0)";
    }
    if (type instanceof DecimalType decimal && value.isFloating()) {
      return tried
          ? "CAST(" + value.sql() + " AS STRING)"
          : "bv_decimal_%d(CAST(%s AS DOUBLE))".formatted(decimal.scale(), value.sql());
    }
    return value.sql();
  }
}
