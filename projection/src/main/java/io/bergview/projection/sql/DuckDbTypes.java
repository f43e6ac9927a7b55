package io.bergview.projection.sql;

import java.util.stream.Collectors;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** Iceberg types, identifiers and constants as DuckDB writes them. */
public final class DuckDbTypes {
  private DuckDbTypes() {}

  /**
   * The DuckDB type that holds exactly the values of an Iceberg v2 type. Struct fields keep their
   * names; {@code fixed} becomes BLOB.
   *
   * @throws IllegalArgumentException for types that only format v3 has
   */
  public static String sqlType(Type type) {
    return switch (type.typeId()) {
      case BOOLEAN -> "BOOLEAN";
      case INTEGER -> "INTEGER";
      case LONG -> "BIGINT";
      case FLOAT -> "FLOAT";
      case DOUBLE -> "DOUBLE";
      case DATE -> "DATE";
      case TIME -> "TIME";
      case TIMESTAMP ->
          ((Types.TimestampType) type).shouldAdjustToUTC()
              ? "TIMESTAMP WITH TIME ZONE"
              : "TIMESTAMP";
      case STRING -> "VARCHAR";
      case UUID -> "UUID";
      case FIXED, BINARY -> "BLOB";
      case DECIMAL -> {
        Types.DecimalType decimal = (Types.DecimalType) type;
        yield "DECIMAL(" + decimal.precision() + ", " + decimal.scale() + ")";
      }
      case STRUCT ->
          type.asStructType().fields().stream()
              .map(field -> quote(field.name()) + " " + sqlType(field.type()))
              .collect(Collectors.joining(", ", "STRUCT(", ")"));
      case LIST -> sqlType(type.asListType().elementType()) + "[]";
      case MAP ->
          "MAP("
              + sqlType(type.asMapType().keyType())
              + ", "
              + sqlType(type.asMapType().valueType())
              + ")";
      default -> throw new IllegalArgumentException("type " + type + " is not supported");
    };
  }

  /** An identifier, always in double quotes. */
  public static String quote(String identifier) {
    return '"' + identifier.replace("\"", "\"\"") + '"';
  }

  /** A string constant. */
  public static String text(String value) {
    return "'" + value.replace("'", "''") + "'";
  }

  /** The name of a column inside the pipeline: {@code c<id>}. */
  public static String column(int id) {
    return "c" + id;
  }
}
