package io.bergview.projection.plan;

import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * Iceberg types made and compared by shape; the ids inside the types made here are only unique
 * within their type.
 */
final class TypeShapes {
  private TypeShapes() {}

  /** The type with every nested field, element and value optional. */
  static Type optional(Type type) {
    return switch (type.typeId()) {
      case STRUCT -> {
        List<Types.NestedField> fields = new ArrayList<>();
        for (Types.NestedField field : type.asStructType().fields()) {
          fields.add(
              Types.NestedField.optional(field.fieldId(), field.name(), optional(field.type())));
        }
        yield Types.StructType.of(fields);
      }
      case LIST ->
          Types.ListType.ofOptional(
              type.asListType().elementId(), optional(type.asListType().elementType()));
      case MAP -> {
        Types.MapType map = type.asMapType();
        yield Types.MapType.ofOptional(
            map.keyId(), map.valueId(), optional(map.keyType()), optional(map.valueType()));
      }
      default -> type;
    };
  }

  static Types.ListType listOf(Type element) {
    return Types.ListType.ofOptional(0, element);
  }

  static Types.StructType structOf(List<String> names, List<Type> types) {
    List<Types.NestedField> fields = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      fields.add(Types.NestedField.optional(i, names.get(i), types.get(i)));
    }
    return Types.StructType.of(fields);
  }

  /** Types that a user may not have in a view: those that only format v3 has. */
  static boolean supported(Type type) {
    return switch (type.typeId()) {
      case BOOLEAN,
          INTEGER,
          LONG,
          FLOAT,
          DOUBLE,
          DATE,
          TIME,
          TIMESTAMP,
          STRING,
          UUID,
          FIXED,
          BINARY,
          DECIMAL ->
          true;
      case STRUCT ->
          type.asStructType().fields().stream().allMatch(field -> supported(field.type()));
      case LIST -> supported(type.asListType().elementType());
      case MAP -> supported(type.asMapType().keyType()) && supported(type.asMapType().valueType());
      default -> false;
    };
  }
}
