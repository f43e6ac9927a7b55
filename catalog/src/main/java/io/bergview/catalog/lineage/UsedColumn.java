package io.bergview.catalog.lineage;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;

/**
 * A source's column that a view reads, or a part of one. A nested column is recorded with all its
 * parts, each by its own field id, so that renaming, moving or adding a part is not a change, while
 * dropping a part or changing its type is.
 *
 * @param fieldId Iceberg's, which no rename changes
 * @param type Iceberg's text of a primitive type, {@code decimal(12, 2)}; {@code struct}, {@code
 *     list} or {@code map} of a nested one
 */
public record UsedColumn(int fieldId, String type) {
  /** The kinds of nested types. */
  static final Set<String> NESTED = Set.of("struct", "list", "map");

  public UsedColumn {
    requireNonNull(type, "type is null");
  }

  /**
   * The columns of these field ids with all nested parts, by path ({@code lines.element.sku}).
   *
   * @throws IllegalArgumentException for an id that the schema does not have
   */
  public static Map<String, UsedColumn> of(Schema schema, Iterable<Integer> fieldIds) {
    Map<String, UsedColumn> columns = new TreeMap<>();
    for (int id : fieldIds) {
      Types.NestedField field = schema.findField(id);
      if (field == null) {
        throw new IllegalArgumentException("no field " + id + " in " + schema);
      }
      columns.put(schema.findColumnName(id), new UsedColumn(id, kind(field.type())));
      if (field.type().isNestedType()) {
        TypeUtil.indexById(Types.StructType.of(field))
            .forEach(
                (part, partField) ->
                    columns.put(
                        schema.findColumnName(part), new UsedColumn(part, kind(partField.type()))));
      }
    }
    return columns;
  }

  /** Whether a schema still has this column with this type, under any name. */
  public boolean isIn(Schema schema) {
    Types.NestedField field = schema.findField(fieldId);
    return field != null && kind(field.type()).equals(type);
  }

  /**
   * What became of this column in a later schema of its table.
   *
   * @param path under which it was read
   */
  public ColumnChange changeIn(Schema schema, String path) {
    Types.NestedField field = schema.findField(fieldId);
    return ColumnChange.of(
        type, field == null ? null : field.type(), schema.findField(path) != null);
  }

  /**
   * How this column of a view has changed; it is identified by its name alone, since a view's table
   * gives a column another field id when its type changes, except for promotions.
   *
   * @param path under which it was read
   */
  public ColumnChange changeByName(Schema schema, String path) {
    Types.NestedField field = schema.findField(path);
    ColumnChange change = ColumnChange.of(type, field == null ? null : field.type(), false);
    boolean another = field != null && field.fieldId() != fieldId;
    return change == ColumnChange.NONE && another ? ColumnChange.REPLACED : change;
  }

  /** Iceberg's text of a primitive type, or which kind of nested type it is. */
  public static String kind(Type type) {
    return switch (type.typeId()) {
      case STRUCT -> "struct";
      case LIST -> "list";
      case MAP -> "map";
      default -> type.toString();
    };
  }
}
