package io.bergview.spark.sql;

import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Type.TypeID;
import org.apache.iceberg.types.Types.NestedField;

/** Values with lists of entries in place of maps, which Spark neither compares nor hashes. */
final class ComparableValue {
  private ComparableValue() {}

  static String of(String value, Type type) {
    return of(value, type, 0);
  }

  private static String of(String value, Type type, int depth) {
    if (!holdsMap(type)) {
      return value;
    }
    String element = "e" + depth;
    return switch (type.typeId()) {
      case STRUCT -> {
        List<String> fields = new ArrayList<>();
        for (NestedField field : type.asStructType().fields()) {
          fields.add(SparkText.text(field.name()));
          fields.add(of(SparkDialect.fieldOf(value, field.name()), field.type(), depth));
        }
        yield "CASE WHEN %s IS NOT NULL THEN named_struct(%s) END"
            .formatted(value, String.join(", ", fields));
      }
      case LIST ->
          "transform(%s, %s -> %s)"
              .formatted(value, element, of(element, type.asListType().elementType(), depth + 1));
      default ->
          "transform(map_entries(%1$s), %2$s -> named_struct('key', %3$s, 'value', %4$s))"
              .formatted(
                  value,
                  element,
                  of(element + ".key", type.asMapType().keyType(), depth + 1),
                  of(element + ".value", type.asMapType().valueType(), depth + 1));
    };
  }

  private static boolean holdsMap(Type type) {
    return type.typeId() == TypeID.MAP
        || type.isNestedType()
            && type.asNestedType().fields().stream().anyMatch(field -> holdsMap(field.type()));
  }
}
