package io.bergview.projection.sql;

import org.apache.iceberg.types.Type;

/** What dialects ask about types. */
public final class SqlTypes {
  private SqlTypes() {}

  /** Whether a value of the type is or contains a floating-point number. */
  public static boolean holdsFloats(Type type) {
    return switch (type.typeId()) {
      case FLOAT, DOUBLE -> true;
      case STRUCT, LIST, MAP ->
          type.asNestedType().fields().stream().anyMatch(field -> holdsFloats(field.type()));
      default -> false;
    };
  }
}
