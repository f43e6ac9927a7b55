package io.bergview.spark.engine;

import static io.bergview.projection.sql.DuckDbTypes.column;
import static io.bergview.projection.sql.DuckDbTypes.quote;

import io.bergview.projection.sql.SqlDialect;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;

/**
 * Requested columns of a table as SQL over it: found by field id, called {@code c<field id>}, and
 * of the requested types; nested types may leave out, rename and reorder fields.
 */
final class ReadColumns {
  private final SqlDialect dialect;
  private final Schema table;
  private int depth;

  ReadColumns(SqlDialect dialect, Schema table) {
    this.dialect = dialect;
    this.table = table;
  }

  /**
   * What stands after SELECT.
   *
   * @param ids those of the requested columns that are wanted
   */
  String select(Schema requested, Set<Integer> ids) {
    List<String> outputs = new ArrayList<>();
    for (NestedField field : requested.columns()) {
      if (ids.contains(field.fieldId())) {
        outputs.add(value(field) + " AS " + column(field.fieldId()));
      }
    }
    return outputs.isEmpty() ? "1 AS one" : String.join(", ", outputs);
  }

  private String value(NestedField requested) {
    if (requested.fieldId() == MetadataColumns.FILE_PATH.fieldId()) {
      return "_file";
    }
    if (requested.fieldId() == MetadataColumns.ROW_POSITION.fieldId()) {
      return "_pos";
    }
    NestedField there = table.asStruct().field(requested.fieldId());
    return there == null
        ? none(requested.type())
        : converted(quote(there.name()), there.type(), requested.type());
  }

  private String none(Type type) {
    return "CAST(NULL AS " + dialect.type(type) + ")";
  }

  private String converted(String value, Type from, Type to) {
    if (dialect.type(from).equals(dialect.type(to)) && sameFields(from, to)) {
      return value;
    }
    return switch (to.typeId()) {
      case STRUCT -> struct(value, from.asStructType(), to.asStructType());
      case LIST -> {
        String element = "e" + ++depth;
        yield "transform(%s, %s -> %s)"
            .formatted(
                value,
                element,
                converted(element, from.asListType().elementType(), to.asListType().elementType()));
      }
      case MAP -> {
        String entry = "e" + ++depth;
        yield "map_from_entries(transform(map_entries(%1$s), %2$s -> struct(%3$s, %4$s)))"
            .formatted(
                value,
                entry,
                converted(entry + ".key", from.asMapType().keyType(), to.asMapType().keyType()),
                converted(
                    entry + ".value", from.asMapType().valueType(), to.asMapType().valueType()));
      }
      default -> "CAST(" + value + " AS " + dialect.type(to) + ")";
    };
  }

  private String struct(String value, Types.StructType from, Types.StructType to) {
    List<String> fields = new ArrayList<>();
    for (NestedField field : to.fields()) {
      NestedField there = from.field(field.fieldId());
      String part =
          there == null
              ? none(field.type())
              : converted(dialect.field(value, there.name()), there.type(), field.type());
      fields.add(dialect.text(field.name()) + ", " + part);
    }
    return "CASE WHEN %s IS NOT NULL THEN named_struct(%s) END"
        .formatted(value, String.join(", ", fields));
  }

  private static boolean sameFields(Type one, Type other) {
    if (!one.isNestedType()) {
      return true;
    }
    List<NestedField> ours = one.asNestedType().fields();
    List<NestedField> theirs = other.asNestedType().fields();
    if (ours.size() != theirs.size()) {
      return false;
    }
    for (int i = 0; i < ours.size(); i++) {
      if (ours.get(i).fieldId() != theirs.get(i).fieldId()
          || !sameFields(ours.get(i).type(), theirs.get(i).type())) {
        return false;
      }
    }
    return true;
  }
}
