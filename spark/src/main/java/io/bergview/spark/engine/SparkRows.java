package io.bergview.spark.engine;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/** Rows of Spark as the Java values that {@code io.bergview.pipeline.Rows} gives. */
final class SparkRows {
  private SparkRows() {}

  static List<@Nullable Object> of(Row row, List<? extends Type> types) {
    List<@Nullable Object> values = new ArrayList<>(types.size());
    for (int i = 0; i < types.size(); i++) {
      values.add(value(row.get(i), types.get(i)));
    }
    return values;
  }

  private static @Nullable Object value(@Nullable Object value, Type type) {
    if (value == null) {
      return null;
    }
    return switch (type.typeId()) {
      case INTEGER -> ((Number) value).intValue();
      case LONG -> ((Number) value).longValue();
      case FLOAT -> ((Number) value).floatValue();
      case DOUBLE -> ((Number) value).doubleValue();
      case DECIMAL -> decimal(value, (Types.DecimalType) type);
      case UUID -> UUID.fromString((String) value);
      case TIMESTAMP -> value instanceof Instant instant ? instant.atOffset(ZoneOffset.UTC) : value;
      case STRUCT -> struct((Row) value, type.asStructType());
      case LIST ->
          list(
              scala.jdk.javaapi.CollectionConverters.asJava((scala.collection.Seq<?>) value),
              type.asListType());
      case MAP ->
          map(
              scala.jdk.javaapi.CollectionConverters.asJava((scala.collection.Map<?, ?>) value),
              type.asMapType());
      default -> value;
    };
  }

  private static BigDecimal decimal(Object value, Types.DecimalType type) {
    BigDecimal decimal =
        value instanceof BigDecimal exact ? exact : new BigDecimal(value.toString());
    return decimal.setScale(type.scale(), RoundingMode.UNNECESSARY);
  }

  private static Map<String, @Nullable Object> struct(Row row, Types.StructType type) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    for (int i = 0; i < type.fields().size(); i++) {
      Types.NestedField field = type.fields().get(i);
      fields.put(field.name(), value(row.get(i), field.type()));
    }
    return fields;
  }

  private static List<@Nullable Object> list(List<?> elements, Types.ListType type) {
    List<@Nullable Object> values = new ArrayList<>(elements.size());
    for (Object element : elements) {
      values.add(value(element, type.elementType()));
    }
    return values;
  }

  private static Map<Object, @Nullable Object> map(Map<?, ?> entries, Types.MapType type) {
    Map<Object, @Nullable Object> values = new LinkedHashMap<>();
    entries.forEach(
        (key, value) -> {
          Object converted = value(key, type.keyType());
          if (converted != null) {
            values.put(converted, value(value, type.valueType()));
          }
        });
    return values;
  }
}
