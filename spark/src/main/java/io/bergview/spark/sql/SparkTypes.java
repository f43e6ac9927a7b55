package io.bergview.spark.sql;

import static java.util.stream.Collectors.joining;

import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * Iceberg types as Spark SQL writes them: the types that Iceberg's tables have in Spark, where a
 * uuid is a string.
 */
final class SparkTypes {
  private SparkTypes() {}

  /**
   * @throws UnsupportedOnSpark for a time, and for what views do not hold
   */
  static String sql(Type type) {
    return switch (type.typeId()) {
      case BOOLEAN -> "BOOLEAN";
      case INTEGER -> "INT";
      case LONG -> "BIGINT";
      case FLOAT -> "FLOAT";
      case DOUBLE -> "DOUBLE";
      case DATE -> "DATE";
      case TIMESTAMP ->
          ((Types.TimestampType) type).shouldAdjustToUTC() ? "TIMESTAMP" : "TIMESTAMP_NTZ";
      case STRING, UUID -> "STRING";
      case FIXED, BINARY -> "BINARY";
      case DECIMAL -> {
        Types.DecimalType decimal = (Types.DecimalType) type;
        yield "DECIMAL(" + decimal.precision() + ", " + decimal.scale() + ")";
      }
      case STRUCT ->
          type.asStructType().fields().stream()
              .map(field -> SparkText.name(field.name()) + ": " + sql(field.type()))
              .collect(joining(", ", "STRUCT<", ">"));
      case LIST -> "ARRAY<" + sql(type.asListType().elementType()) + ">";
      case MAP ->
          "MAP<" + sql(type.asMapType().keyType()) + ", " + sql(type.asMapType().valueType()) + ">";
      default -> throw new UnsupportedOnSpark("type " + type);
    };
  }

  /** Whether Spark orders the values of a type. */
  static boolean isOrdered(Type type) {
    return !type.isMapType()
        && (type.isPrimitiveType()
            || type.asNestedType().fields().stream().allMatch(field -> isOrdered(field.type())));
  }
}
