package io.bergview.spark.sql;

import io.bergview.projection.plan.TypeShapes;
import io.bergview.projection.sql.SqlAggregates.Typed;
import io.bergview.projection.sql.SqlNames;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * What rows are ordered by as one struct, which Spark compares field by field, a null being less
 * than any value. Within a nested value a null is greater than any, as it is in DuckDB, and maps
 * are compared as lists of their entries.
 */
final class SparkOrder {
  private SparkOrder() {}

  /**
   * @param keys at least one
   */
  static String key(List<Typed> keys) {
    return struct(keys.stream().map(key -> part(key.sql(), key.type(), 0)).toList());
  }

  private static String struct(List<String> parts) {
    return "struct(" + String.join(", ", parts) + ")";
  }

  private static String part(String value, Type type, int depth) {
    return switch (type.typeId()) {
      case STRUCT -> {
        List<String> fields = new ArrayList<>();
        for (Types.NestedField field : type.asStructType().fields()) {
          fields.add(nullsLast(SparkDialect.fieldOf(value, field.name()), field.type(), depth));
        }
        yield "CASE WHEN " + value + " IS NOT NULL THEN " + struct(fields) + " END";
      }
      case LIST -> each(value, type.asListType().elementType(), depth);
      case MAP -> each("map_entries(" + value + ")", entry(type.asMapType()), depth);
      default -> value;
    };
  }

  private static Type entry(Types.MapType map) {
    return TypeShapes.structOf(List.of("key", "value"), List.of(map.keyType(), map.valueType()));
  }

  private static String each(String list, Type element, int depth) {
    String name = SqlNames.quote("o" + depth);
    return "transform(" + list + ", " + name + " -> " + nullsLast(name, element, depth + 1) + ")";
  }

  private static String nullsLast(String value, Type type, int depth) {
    return "struct(" + value + " IS NULL, " + part(value, type, depth) + ")";
  }
}
