package io.bergview.imports.parquet;

import io.bergview.errors.DataException;
import io.bergview.errors.ErrorCode;
import io.bergview.imports.source.SourceFile;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;

/** Which columns of Parquet files Iceberg's readers read as what they are. */
final class InPlaceTypes {
  private static final int MOST_DIGITS = 38;

  private InPlaceTypes() {}

  /**
   * That no column is one that Iceberg's readers refuse, or read as other values.
   *
   * @throws DataException {@code IMPORT_FILE_UNREADABLE}
   */
  static void check(SourceFile file, GroupType schema) {
    check(file, "", schema.getFields());
  }

  private static void check(SourceFile file, String path, List<Type> fields) {
    Set<String> names = new HashSet<>();
    for (Type field : fields) {
      String name = path + field.getName();
      if (!names.add(field.getName().toLowerCase(Locale.ROOT))) {
        throw ColumnReadings.alike(file.path(), name);
      }
      if (field.isRepetition(Type.Repetition.REPEATED)) {
        throw unfit(file, name, "is repeated, and no list");
      }
      if (field.isPrimitive()) {
        reason(field.asPrimitiveType())
            .ifPresent(
                reason -> {
                  throw unfit(file, name, reason);
                });
      } else {
        check(file, name + ".", children(file, name, field.asGroupType()));
      }
    }
  }

  /** The fields of a struct, the element of a list, the key and value of a map. */
  private static List<Type> children(SourceFile file, String name, GroupType group) {
    boolean list = isList(group);
    if (!list && !isMap(group)) {
      return group.getFields();
    }
    Type repeated = group.getType(0);
    int parts = list ? 1 : 2;
    if (repeated.isPrimitive()
        || repeated.asGroupType().getFieldCount() != parts
        || (list && isElement(group, repeated.asGroupType()))) {
      // Iceberg 1.12 reads an empty list of two levels as one with the next row's elements.
      throw unfit(
          file, name, "has the form of old writers, in which other engines misread empty lists");
    }
    return repeated.asGroupType().getFields();
  }

  /** By the names that the format reserves for it, the repeated group is an element itself. */
  private static boolean isElement(GroupType list, GroupType repeated) {
    return repeated.getName().equals("array")
        || repeated.getName().equals(list.getName() + "_tuple");
  }

  private static boolean isList(GroupType group) {
    return LogicalTypeAnnotation.listType().equals(group.getLogicalTypeAnnotation());
  }

  private static boolean isMap(GroupType group) {
    return LogicalTypeAnnotation.mapType().equals(group.getLogicalTypeAnnotation());
  }

  private static Optional<String> reason(PrimitiveType type) {
    if (type.getPrimitiveTypeName() == PrimitiveTypeName.INT96) {
      return Optional.of("is INT96, a timestamp in 96 bits, which not every reader takes");
    }
    LogicalTypeAnnotation annotation = type.getLogicalTypeAnnotation();
    if (annotation instanceof IntLogicalTypeAnnotation integer && !integer.isSigned()) {
      // Those of 32 and 64 bits would be read as negative, the others not at all by Spark.
      return Optional.of("is an unsigned integer, which other engines do not read as such");
    }
    if (annotation instanceof TimeLogicalTypeAnnotation time && time.getUnit() != TimeUnit.MICROS) {
      return Optional.of(
          "is a time of %s, and a table's has microseconds".formatted(time.getUnit()));
    }
    if (annotation instanceof TimestampLogicalTypeAnnotation timestamp
        && timestamp.getUnit() == TimeUnit.NANOS) {
      return Optional.of("is a timestamp of nanoseconds");
    }
    if (annotation instanceof DecimalLogicalTypeAnnotation decimal
        && decimal.getPrecision() > MOST_DIGITS) {
      return Optional.of(
          "is a decimal of %d digits; a table's has up to 38".formatted(decimal.getPrecision()));
    }
    if (annotation instanceof LogicalTypeAnnotation.UnknownLogicalTypeAnnotation) {
      return Optional.of("has no type, since all of its values are null");
    }
    return LogicalTypeAnnotation.float16Type().equals(annotation)
            || annotation instanceof LogicalTypeAnnotation.IntervalLogicalTypeAnnotation
        ? Optional.of("is %s, which would be read as bytes".formatted(annotation))
        : Optional.empty();
  }

  static DataException unfit(SourceFile file, String column, String reason) {
    return new DataException(
        ErrorCode.IMPORT_FILE_UNREADABLE,
        "Column %s of file %s %s, so the file cannot stay in place; import it without --in-place"
            .formatted(column, file.path(), reason));
  }

  /** Iceberg's conversion takes a UUID for what it is physically, 16 bytes. */
  static org.apache.iceberg.types.Type withUuids(org.apache.iceberg.types.Type type, Type inFile) {
    if (inFile.isPrimitive()) {
      return LogicalTypeAnnotation.uuidType().equals(inFile.getLogicalTypeAnnotation())
          ? Types.UUIDType.get()
          : type;
    }
    GroupType group = inFile.asGroupType();
    return switch (type.typeId()) {
      case STRUCT ->
          Types.StructType.of(
              type.asStructType().fields().stream()
                  .map(
                      field ->
                          NestedField.from(field)
                              .ofType(withUuids(field.type(), group.getType(field.name())))
                              .build())
                  .toList());
      case LIST ->
          Types.ListType.ofOptional(
              type.asListType().elementId(),
              withUuids(
                  type.asListType().elementType(), group.getType(0).asGroupType().getType(0)));
      case MAP -> {
        Types.MapType map = type.asMapType();
        GroupType entry = group.getType(0).asGroupType();
        yield Types.MapType.ofOptional(
            map.keyId(),
            map.valueId(),
            withUuids(map.keyType(), entry.getType(0)),
            withUuids(map.valueType(), entry.getType(1)));
      }
      default -> type;
    };
  }

  /** The fields below a column that may be null in a file and not in a table, as paths. */
  static List<String> looser(NestedField inTable, Type inFile) {
    List<String> found = new ArrayList<>();
    addLooser(inTable.type(), inFile, inTable.name(), found);
    return found;
  }

  private static void addLooser(
      org.apache.iceberg.types.Type inTable, Type inFile, String path, List<String> found) {
    if (inTable.isPrimitiveType() || inFile.isPrimitive()) {
      return;
    }
    GroupType group = inFile.asGroupType();
    for (NestedField field : inTable.asNestedType().fields()) {
      Type part =
          switch (inTable.typeId()) {
            case LIST -> group.getType(0).asGroupType().getType(0);
            case MAP ->
                group
                    .getType(0)
                    .asGroupType()
                    .getType(field.fieldId() == inTable.asMapType().keyId() ? 0 : 1);
            default -> group.getType(field.name());
          };
      String name = path + "." + field.name();
      if (field.isRequired() && part.isRepetition(Type.Repetition.OPTIONAL)) {
        found.add(name);
      }
      addLooser(field.type(), part, name, found);
    }
  }
}
