package io.bergview.projection.plan;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * Iceberg types made and compared by shape; the ids inside the types made here are only unique
 * within their type.
 */
public final class TypeShapes {
  private TypeShapes() {}

  /** The type with every nested field, element and value optional. */
  public static Type optional(Type type) {
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

  public static Types.ListType listOf(Type element) {
    return Types.ListType.ofOptional(0, element);
  }

  public static Types.MapType mapOf(Type key, Type value) {
    return Types.MapType.ofOptional(0, 1, key, value);
  }

  public static Types.StructType structOf(List<String> names, List<Type> types) {
    List<Types.NestedField> fields = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      fields.add(Types.NestedField.optional(i, names.get(i), types.get(i)));
    }
    return Types.StructType.of(fields);
  }

  /**
   * A column's type as it can be read: fields of structs, also of those in lists, that views cannot
   * hold are left out. Empty where nothing is left.
   */
  public static Optional<Type> readable(Type type) {
    if (supported(type)) {
      return Optional.of(type);
    }
    return switch (type.typeId()) {
      case STRUCT -> {
        List<Types.NestedField> fields = new ArrayList<>();
        if (!hasDistinctNames(type)) {
          yield Optional.empty();
        }
        for (Types.NestedField field : type.asStructType().fields()) {
          readable(field.type())
              .filter(part -> isName(field.name()))
              .ifPresent(part -> fields.add(Types.NestedField.from(field).ofType(part).build()));
        }
        yield fields.isEmpty() ? Optional.empty() : Optional.of(Types.StructType.of(fields));
      }
      case LIST -> readable(type.asListType().elementType()).map(element -> list(type, element));
      default -> Optional.empty();
    };
  }

  private static Type list(Type list, Type element) {
    Types.NestedField old = list.asListType().fields().get(0);
    return old.isOptional()
        ? Types.ListType.ofOptional(old.fieldId(), element)
        : Types.ListType.ofRequired(old.fieldId(), element);
  }

  /** As {@link #readable(Type)} for each column; one with nothing left is unchanged. */
  public static Schema readable(Schema schema) {
    if (schema.columns().stream().allMatch(column -> supported(column.type()))) {
      return schema;
    }
    List<Types.NestedField> columns = new ArrayList<>();
    for (Types.NestedField column : schema.columns()) {
      Type type = readable(column.type()).orElse(column.type());
      columns.add(
          type.equals(column.type())
              ? column
              : Types.NestedField.from(column).ofType(type).build());
    }
    return new Schema(columns);
  }

  /** The path of the first part of a type that views cannot hold, from a column of that name. */
  public static Optional<Unsupported> unsupported(String name, Type type) {
    if (supported(type)) {
      return Optional.empty();
    }
    if (type.isStructType() && !hasDistinctNames(type)) {
      return Optional.of(new Unsupported(name, type));
    }
    return switch (type.typeId()) {
      case STRUCT ->
          type.asStructType().fields().stream()
              .flatMap(field -> unsupported(name, field).stream())
              .findFirst();
      case LIST -> unsupported(name, type.asListType().elementType());
      case MAP ->
          unsupported(name, type.asMapType().keyType())
              .or(() -> unsupported(name, type.asMapType().valueType()));
      default -> Optional.of(new Unsupported(name, type));
    };
  }

  private static Optional<Unsupported> unsupported(String struct, Types.NestedField field) {
    String path = struct + "." + field.name();
    return isName(field.name())
        ? unsupported(path, field.type())
        : Optional.of(new Unsupported(path, field.type()));
  }

  /** Whether SQL can hold the name. */
  public static boolean isName(String name) {
    return !name.isEmpty() && name.indexOf('\0') < 0;
  }

  /** A part of a column that views cannot hold, for its type or for its name. */
  public record Unsupported(String path, Type type) {}

  /**
   * Whether the fields of a struct differ in more than case: the session distinguishes them by
   * case-insensitive name.
   */
  public static boolean hasDistinctNames(Type struct) {
    Set<String> names = new HashSet<>();
    return struct.asStructType().fields().stream()
        .allMatch(field -> names.add(field.name().toLowerCase(Locale.ROOT)));
  }

  /**
   * Types that a view may have: not those that only format v3 has, nor structs whose fields differ
   * only in case or have a name that SQL cannot hold.
   */
  public static boolean supported(Type type) {
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
          hasDistinctNames(type)
              && type.asStructType().fields().stream()
                  .allMatch(field -> isName(field.name()) && supported(field.type()));
      case LIST -> supported(type.asListType().elementType());
      case MAP -> supported(type.asMapType().keyType()) && supported(type.asMapType().valueType());
      default -> false;
    };
  }
}
