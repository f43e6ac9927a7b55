package io.bergview.projection.sql;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Collectors;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** Iceberg types, identifiers and constants as DuckDB writes them. */
public final class DuckDbTypes {
  private static final char NUL = '\0';

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

  /**
   * An identifier, always in double quotes.
   *
   * @throws IllegalArgumentException where it holds a NUL, which no identifier of DuckDB can
   */
  public static String quote(String identifier) {
    return SqlNames.quote(identifier);
  }

  /**
   * A string constant. SQL text ends at a NUL, so a constant that contains one is concatenated from
   * the parts around it.
   */
  public static String text(String value) {
    if (value.indexOf(NUL) < 0) {
      return "'" + value.replace("'", "''") + "'";
    }
    return Arrays.stream(value.split(String.valueOf(NUL), -1))
        .map(DuckDbTypes::text)
        .collect(Collectors.joining(" || chr(0) || ", "(", ")"));
  }

  /** A constant of the type BLOB, the bytes from the buffer's position to its limit. */
  public static String bytes(ByteBuffer value) {
    byte[] copy = new byte[value.remaining()];
    value.duplicate().get(copy);
    return "unhex(" + text(HexFormat.of().formatHex(copy)) + ")";
  }

  /** The name of a column inside the pipeline: {@code c<id>}. */
  public static String column(int id) {
    return SqlNames.column(id);
  }
}
