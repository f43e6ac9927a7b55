package io.bergview.pipeline.sink;

import static io.bergview.projection.sql.DuckDbTypes.quote;
import static io.bergview.projection.sql.DuckDbTypes.text;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Type.TypeID;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;

/** What SQL says about the columns of a target schema. */
final class Columns {
  private static final String OWN_ID = "__duckdb_field_id";

  private Columns() {}

  /** The Iceberg ids for COPY, every field at every depth. */
  static String fieldIds(Types.StructType struct) {
    return struct.fields().stream()
        .map(field -> text(field.name()) + ": " + fieldId(field.fieldId(), field.type()))
        .collect(Collectors.joining(", ", "{", "}"));
  }

  private static String fieldId(int id, Type type) {
    String own = "{" + OWN_ID + ": " + id;
    return switch (type.typeId()) {
      case STRUCT -> own + ", " + fieldIds(type.asStructType()).substring(1);
      case LIST -> {
        Types.ListType list = type.asListType();
        yield own + ", element: " + fieldId(list.elementId(), list.elementType()) + "}";
      }
      case MAP -> {
        Types.MapType map = type.asMapType();
        yield "%s, key: %s, value: %s}"
            .formatted(
                own, fieldId(map.keyId(), map.keyType()), fieldId(map.valueId(), map.valueType()));
      }
      default -> Integer.toString(id);
    };
  }

  /**
   * Whether COPY can write the schema: it has no fixed-length binary, names that differ in case
   * only are one to it, and so is a field named as its own marker.
   */
  static boolean isWritableByCopy(Schema schema) {
    return distinctNames(schema.asStruct())
        && TypeUtil.indexById(schema.asStruct()).values().stream()
            .allMatch(
                field ->
                    field.type().typeId() != TypeID.FIXED
                        && !field.name().equalsIgnoreCase(OWN_ID));
  }

  private static boolean distinctNames(Types.StructType struct) {
    Set<String> names = new HashSet<>();
    return struct.fields().stream()
        .allMatch(field -> names.add(field.name().toLowerCase(Locale.ROOT)));
  }

  /** SQL of a field at any depth of structs, of a row whose columns are the schema's. */
  static String reference(Schema schema, int fieldId) {
    return path(schema, TypeUtil.indexParents(schema.asStruct()), fieldId).stream()
        .map(NestedField::name)
        .collect(
            Collectors.collectingAndThen(
                Collectors.toList(),
                names ->
                    names.stream()
                        .skip(1)
                        .reduce(
                            quote(names.get(0)),
                            (struct, name) ->
                                "struct_extract(" + struct + ", " + text(name) + ")")));
  }

  /** The names of fields, by id, as COPY's statistics have them. */
  static IntFunction<String> statisticsNames(Schema schema) {
    Map<Integer, Integer> parents = TypeUtil.indexParents(schema.asStruct());
    return fieldId ->
        path(schema, parents, fieldId).stream()
            .map(field -> quote(field.name()))
            .collect(Collectors.joining("."));
  }

  private static Deque<NestedField> path(
      Schema schema, Map<Integer, Integer> parents, int fieldId) {
    Deque<NestedField> path = new ArrayDeque<>();
    for (Integer id = fieldId; id != null; id = parents.get(id)) {
      path.addFirst(schema.findField(id));
    }
    return path;
  }
}
