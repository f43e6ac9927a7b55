package io.bergview.projection.function;

import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.ScalarFunction;
import io.bergview.projection.plan.TypeShapes;
import io.bergview.projection.sql.DuckDbTypes;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * What lists, structs and maps are compared by. Within them NULL is less than every value, as it is
 * in an order, while DuckDB has it greater; and maps are compared by their entries in the order of
 * the keys, which files do not keep.
 */
public final class NestedOrder {
  private static final Type BOOLEAN = Types.BooleanType.get();

  private NestedOrder() {}

  /** A value that is less where this one is less. NULL stays NULL. */
  public static Expr of(Expr value) {
    Type type = value.type();
    if (type.isPrimitiveType() || Coercion.isUntyped(value)) {
      return value;
    }
    return new Expr.Call(
        new ScalarFunction("order", form(type, "{0}", 0)), List.of(value), key(type));
  }

  /** A value that is equal where this one is equal. */
  static Expr equal(Expr value) {
    if (!value.type().isMapType()) {
      return value;
    }
    return new Expr.Call(
        new ScalarFunction("entries", entries("{0}")), List.of(value), entries(value.type()));
  }

  /** The form that gives the least or greatest of values of a nested type. */
  static String extreme(String function, Type type) {
    String value = type.isMapType() ? "map_from_entries(" + entries("{0}") + ")" : "{0}";
    return "arg_" + function + "(" + value + ", " + form(type, "{0}", 0) + ")";
  }

  /** The form that gives the first of several arguments of a nested type that are not NULL. */
  static String first(String direction, Type type, int count) {
    List<String> values = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String value = "{" + i + "}";
      values.add("struct_pack(k := %s, v := %s)".formatted(form(type, value, 0), value));
    }
    return "list_sort(list_filter([%s], lambda x: x.v IS NOT NULL), '%s')[1].v"
        .formatted(String.join(", ", values), direction);
  }

  private static String entries(String map) {
    return "list_sort(map_entries(" + map + "))";
  }

  private static Type entries(Type map) {
    return TypeShapes.listOf(
        TypeShapes.structOf(
            List.of("key", "value"),
            List.of(map.asMapType().keyType(), map.asMapType().valueType())));
  }

  private static String form(Type type, String value, int depth) {
    return switch (type.typeId()) {
      case MAP -> form(entries(type), entries(value), depth);
      case LIST -> {
        String element = "e" + depth;
        yield "list_transform(%s, lambda %s: struct_pack(known := %s IS NOT NULL, value := %s))"
            .formatted(
                value, element, element, form(type.asListType().elementType(), element, depth + 1));
      }
      case STRUCT -> {
        List<String> parts = new ArrayList<>();
        for (Types.NestedField field : type.asStructType().fields()) {
          String part = "struct_extract(" + value + ", " + DuckDbTypes.text(field.name()) + ")";
          int number = parts.size() / 2;
          parts.add("known" + number + " := " + part + " IS NOT NULL");
          parts.add("value" + number + " := " + form(field.type(), part, depth));
        }
        yield "CASE WHEN %s IS NOT NULL THEN struct_pack(%s) END"
            .formatted(value, String.join(", ", parts));
      }
      default -> value;
    };
  }

  private static Type key(Type type) {
    return switch (type.typeId()) {
      case MAP -> key(entries(type));
      case LIST ->
          TypeShapes.listOf(
              TypeShapes.structOf(
                  List.of("known", "value"),
                  List.of(BOOLEAN, key(type.asListType().elementType()))));
      case STRUCT -> {
        List<String> names = new ArrayList<>();
        List<Type> types = new ArrayList<>();
        for (Types.NestedField field : type.asStructType().fields()) {
          int number = names.size() / 2;
          names.add("known" + number);
          types.add(BOOLEAN);
          names.add("value" + number);
          types.add(key(field.type()));
        }
        yield TypeShapes.structOf(names, types);
      }
      default -> type;
    };
  }
}
