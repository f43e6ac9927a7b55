package io.bergview.pipeline.scan;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.apache.iceberg.Schema;
import org.apache.iceberg.mapping.NameMapping;
import org.apache.iceberg.parquet.ParquetSchemaUtil;
import org.apache.iceberg.types.Types;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;
import org.jspecify.annotations.Nullable;

/**
 * What a Parquet file really holds: its columns with Iceberg field ids, under the names that they
 * have in the file.
 */
final class FileShape {
  private final MessageType file;
  private final Schema schema;

  private FileShape(MessageType file, Schema schema) {
    this.file = file;
    this.schema = schema;
  }

  /**
   * Ids come from the file; for a file without any, from the table's name mapping; without that,
   * from the order of columns, as in Iceberg's reader.
   */
  static FileShape of(MessageType file, @Nullable NameMapping mapping) {
    MessageType identified = file;
    if (!ParquetSchemaUtil.hasIds(file)) {
      identified =
          mapping == null
              ? ParquetSchemaUtil.addFallbackIds(file)
              : ParquetSchemaUtil.applyNameMapping(file, mapping);
    }
    return new FileShape(identified, ParquetSchemaUtil.convertAndPrune(identified));
  }

  /** The file's columns by Iceberg's types, with the file's names. */
  Types.@Nullable NestedField column(int id) {
    return schema.asStruct().field(id);
  }

  /** The physical type of a column, as text to compare by. */
  String physical(String column) {
    return file.getType(column).toString();
  }

  /** Whether DuckDB, whose names are case-insensitive, can tell the columns apart. */
  boolean hasDistinctNames() {
    return distinct(file, false);
  }

  /** Whether a column carries one of these names, in any case. */
  boolean hasColumnNamed(Set<String> names) {
    return file.getFields().stream()
        .anyMatch(field -> names.contains(field.getName().toLowerCase(Locale.ROOT)));
  }

  /** Whether a column's lists and maps are the three-level groups that DuckDB and we expect. */
  boolean isPlain(String column) {
    Type type = file.getType(column);
    return plain(type) && (type.isPrimitive() || distinct(type.asGroupType(), true));
  }

  private static boolean distinct(GroupType group, boolean deep) {
    Set<String> names = new HashSet<>();
    for (Type field : group.getFields()) {
      if (!names.add(field.getName().toLowerCase(Locale.ROOT))
          || (deep && !field.isPrimitive() && !distinct(field.asGroupType(), true))) {
        return false;
      }
    }
    return true;
  }

  private static boolean plain(Type type) {
    if (type.isPrimitive()) {
      return !type.isRepetition(Repetition.REPEATED);
    }
    GroupType group = type.asGroupType();
    LogicalTypeAnnotation annotation = group.getLogicalTypeAnnotation();
    if (annotation == null) {
      return !group.isRepetition(Repetition.REPEATED)
          && group.getFieldCount() > 0
          && group.getFields().stream().allMatch(FileShape::plain);
    }
    boolean list = annotation.equals(LogicalTypeAnnotation.listType());
    boolean map = annotation.equals(LogicalTypeAnnotation.mapType());
    if ((!list && !map) || group.getFieldCount() != 1 || group.getType(0).isPrimitive()) {
      return false;
    }
    GroupType repeated = group.getType(0).asGroupType();
    return repeated.isRepetition(Repetition.REPEATED)
        && repeated.getFieldCount() == (list ? 1 : 2)
        && repeated.getFields().stream().allMatch(FileShape::plain);
  }
}
