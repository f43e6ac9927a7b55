package io.bergview.pipeline.scan;

import static io.bergview.projection.sql.DuckDbTypes.quote;
import static io.bergview.projection.sql.DuckDbTypes.sqlType;
import static io.bergview.projection.sql.DuckDbTypes.text;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Type.TypeID;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;

/**
 * A requested field out of a file's field, by field id at every depth (Iceberg spec, "Column
 * projection"): renamed, reordered, dropped, added and promoted fields of structs inside structs,
 * lists and maps. A null struct, list or map stays null. Empty where the types are not ones that
 * DuckDB would turn into each other as Iceberg does.
 */
final class FieldSql {
  private FieldSql() {}

  /**
   * @param file the file's field of the same id
   * @param value SQL of the file's field
   * @param exact whether it has exactly the DuckDB type of its Iceberg type: a cast changes nothing
   *     then, but takes as long to plan as the rest of a column
   */
  static Optional<String> of(NestedField requested, NestedField file, String value, boolean exact) {
    return resolve(requested.type(), file.type(), value, 0)
        .map(
            sql ->
                exact && sql.equals(value)
                    ? sql
                    : "CAST(" + sql + " AS " + sqlType(requested.type()) + ")");
  }

  /** The initial default of a field for files written before it was added, or null. */
  static String missing(NestedField requested) {
    Object initial = requested.initialDefault();
    String sqlType = sqlType(requested.type());
    return initial == null
        ? "CAST(NULL AS " + sqlType + ")"
        : ConstantSql.of(requested.type(), initial);
  }

  private static Optional<String> resolve(Type requested, Type file, String value, int depth) {
    if (sameShape(requested, file)) {
      return Optional.of(value);
    }
    if (requested.isPrimitiveType() || file.isPrimitiveType()) {
      boolean readable =
          requested.isPrimitiveType()
              && file.isPrimitiveType()
              && TypeUtil.isPromotionAllowed(file, requested.asPrimitiveType())
              && file.typeId() != TypeID.DATE;
      return readable
          ? Optional.of("CAST(" + value + " AS " + sqlType(requested) + ")")
          : Optional.empty();
    }
    if (requested.typeId() != file.typeId()) {
      return Optional.empty();
    }
    String item = "x" + depth;
    return switch (requested.typeId()) {
      case STRUCT -> struct(requested.asStructType(), file.asStructType(), value, depth);
      case LIST ->
          resolve(
                  requested.asListType().elementType(),
                  file.asListType().elementType(),
                  item,
                  depth + 1)
              .map(
                  element -> "list_transform(" + value + ", lambda " + item + ": " + element + ")");
      case MAP -> map(requested.asMapType(), file.asMapType(), value, item, depth);
      default -> Optional.empty();
    };
  }

  private static Optional<String> struct(
      Types.StructType requested, Types.StructType file, String value, int depth) {
    List<Optional<String>> fields =
        requested.fields().stream()
            .map(
                field -> {
                  NestedField physical = file.field(field.fieldId());
                  Optional<String> sql =
                      physical == null
                          ? Optional.of(missing(field))
                          : resolve(
                              field.type(),
                              physical.type(),
                              "struct_extract(" + value + ", " + text(physical.name()) + ")",
                              depth);
                  return sql.map(it -> quote(field.name()) + " := " + it);
                })
            .toList();
    if (fields.stream().anyMatch(Optional::isEmpty)) {
      return Optional.empty();
    }
    return Optional.of(
        fields.stream()
            .map(Optional::get)
            .collect(
                Collectors.joining(
                    ", ", "CASE WHEN " + value + " IS NULL THEN NULL ELSE struct_pack(", ") END")));
  }

  private static Optional<String> map(
      Types.MapType requested, Types.MapType file, String value, String item, int depth) {
    Optional<String> key = resolve(requested.keyType(), file.keyType(), item + ".key", depth + 1);
    Optional<String> entry =
        resolve(requested.valueType(), file.valueType(), item + ".value", depth + 1);
    if (key.isEmpty() || entry.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        "CASE WHEN %1$s IS NULL THEN NULL ELSE map_from_entries(list_transform(map_entries(%1$s), lambda %2$s: struct_pack(\"key\" := %3$s, \"value\" := %4$s))) END"
            .formatted(value, item, key.get(), entry.get()));
  }

  /** Whether the types are one but for ids and nullability: then nothing is rewritten. */
  private static boolean sameShape(Type requested, Type file) {
    if (requested.typeId() != file.typeId()) {
      return false;
    }
    return switch (requested.typeId()) {
      case STRUCT -> {
        List<NestedField> left = requested.asStructType().fields();
        List<NestedField> right = file.asStructType().fields();
        boolean same = left.size() == right.size();
        for (int i = 0; same && i < left.size(); i++) {
          same =
              left.get(i).fieldId() == right.get(i).fieldId()
                  && left.get(i).name().equals(right.get(i).name())
                  && sameShape(left.get(i).type(), right.get(i).type());
        }
        yield same;
      }
      case LIST -> sameShape(requested.asListType().elementType(), file.asListType().elementType());
      case MAP ->
          sameShape(requested.asMapType().keyType(), file.asMapType().keyType())
              && sameShape(requested.asMapType().valueType(), file.asMapType().valueType());
      default -> requested.equals(file);
    };
  }
}
