package io.bergview.pipeline.scan;

import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.mapping.NameMapping;
import org.apache.iceberg.parquet.ParquetSchemaUtil;
import org.apache.iceberg.types.Types;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;
import org.jspecify.annotations.Nullable;

/**
 * What a Parquet file really holds: its columns with Iceberg field ids, under the names that they
 * have in the file.
 */
final class FileShape {
  private final MessageType file;
  private final Types.StructType columns;

  private FileShape(MessageType file, Types.StructType columns) {
    this.file = file;
    this.columns = columns;
  }

  /**
   * Ids come from the file; for a file without any, from the table's name mapping; without that,
   * from the order of columns, as in Iceberg's reader. Empty for a file with types that Iceberg
   * does not know.
   */
  static Optional<FileShape> of(MessageType file, @Nullable NameMapping mapping) {
    try {
      return Optional.of(identified(file, mapping));
    } catch (UnsupportedOperationException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static FileShape identified(MessageType file, @Nullable NameMapping mapping) {
    MessageType identified = file;
    if (!ParquetSchemaUtil.hasIds(file)) {
      identified =
          mapping == null
              ? ParquetSchemaUtil.addFallbackIds(file)
              : ParquetSchemaUtil.applyNameMapping(file, mapping);
    }
    Set<Integer> uuids = new HashSet<>();
    identified.getColumns().forEach(column -> addUuid(column.getPrimitiveType(), uuids));
    Types.StructType columns = ParquetSchemaUtil.convertAndPrune(identified).asStruct();
    return new FileShape(identified, withUuids(columns, uuids).asStructType());
  }

  private static void addUuid(PrimitiveType type, Set<Integer> uuids) {
    if (type.getId() != null
        && LogicalTypeAnnotation.uuidType().equals(type.getLogicalTypeAnnotation())) {
      uuids.add(type.getId().intValue());
    }
  }

  /** Iceberg's conversion takes a uuid for what it is physically, 16 bytes. */
  private static org.apache.iceberg.types.Type withUuids(
      org.apache.iceberg.types.Type type, Set<Integer> uuids) {
    return switch (type.typeId()) {
      case STRUCT ->
          Types.StructType.of(
              type.asStructType().fields().stream()
                  .map(
                      field ->
                          Types.NestedField.from(field)
                              .ofType(withUuid(field.fieldId(), field.type(), uuids))
                              .build())
                  .toList());
      case LIST -> {
        Types.ListType list = type.asListType();
        yield Types.ListType.ofOptional(
            list.elementId(), withUuid(list.elementId(), list.elementType(), uuids));
      }
      case MAP -> {
        Types.MapType map = type.asMapType();
        yield Types.MapType.ofOptional(
            map.keyId(),
            map.valueId(),
            withUuid(map.keyId(), map.keyType(), uuids),
            withUuid(map.valueId(), map.valueType(), uuids));
      }
      default -> type;
    };
  }

  private static org.apache.iceberg.types.Type withUuid(
      int id, org.apache.iceberg.types.Type type, Set<Integer> uuids) {
    return uuids.contains(id) ? Types.UUIDType.get() : withUuids(type, uuids);
  }

  /** The file's schema with Iceberg's field ids. */
  MessageType identified() {
    return file;
  }

  /** The file's columns by Iceberg's types, with the file's names. */
  Types.@Nullable NestedField column(int id) {
    return columns.field(id);
  }

  /**
   * The physical type of a column, as text to compare by. Whether it may be null is left out:
   * DuckDB writes a column as required where one file's rows happen to have no null.
   */
  String physical(String column) {
    return physical(file.getType(column));
  }

  private static String physical(Type type) {
    String own = type.getName() + " " + type.getLogicalTypeAnnotation();
    if (type.isPrimitive()) {
      PrimitiveType primitive = type.asPrimitiveType();
      return own + " " + primitive.getPrimitiveTypeName() + " " + primitive.getTypeLength();
    }
    return type.asGroupType().getFields().stream()
        .map(FileShape::physical)
        .collect(Collectors.joining(", ", own + " {", "}"));
  }

  /** Whether DuckDB, whose names are case-insensitive, can distinguish the columns. */
  boolean hasDistinctNames() {
    return distinct(file, false);
  }

  /** Whether a column carries one of these names, in any case. */
  boolean hasColumnNamed(Set<String> names) {
    return file.getFields().stream()
        .anyMatch(field -> names.contains(field.getName().toLowerCase(Locale.ROOT)));
  }

  /**
   * Whether DuckDB reads a column as the very type that {@code DuckDbTypes.sqlType} gives for its
   * Iceberg type. Others, such as narrow integers, JSON and timestamps of milliseconds, need a
   * cast.
   */
  boolean hasExactType(String column) {
    Type type = file.getType(column);
    if (!type.isPrimitive() || type.isRepetition(Repetition.REPEATED)) {
      return false;
    }
    LogicalTypeAnnotation annotation = type.getLogicalTypeAnnotation();
    boolean plain = annotation == null;
    return switch (type.asPrimitiveType().getPrimitiveTypeName()) {
      case BOOLEAN, FLOAT, DOUBLE -> plain;
      case INT32 ->
          plain
              || annotation.equals(LogicalTypeAnnotation.intType(Integer.SIZE, true))
              || annotation.equals(LogicalTypeAnnotation.dateType())
              || annotation instanceof LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
      case INT64 ->
          plain
              || annotation.equals(LogicalTypeAnnotation.intType(Long.SIZE, true))
              || annotation instanceof LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
      case BINARY -> LogicalTypeAnnotation.stringType().equals(annotation);
      case FIXED_LEN_BYTE_ARRAY ->
          annotation instanceof LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
      case INT96 -> false;
    };
  }

  /**
   * Whether a column's lists and maps are the three-level groups that DuckDB and we expect, and its
   * timestamps not those of Hive.
   */
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
      return !type.isRepetition(Repetition.REPEATED)
          && type.asPrimitiveType().getPrimitiveTypeName() != PrimitiveTypeName.INT96;
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
