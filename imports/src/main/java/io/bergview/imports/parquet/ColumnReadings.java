package io.bergview.imports.parquet;

import static io.bergview.projection.sql.DuckDbTypes.quote;
import static io.bergview.projection.sql.DuckDbTypes.text;

import io.bergview.errors.DataException;
import io.bergview.errors.ErrorCode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Type;

/**
 * The columns of a file as DuckDB shows them through Arrow, compared with what the file says of
 * them. DuckDB takes a timestamp in 96 bits for a local one, a list of structs of one field for a
 * list of that field where the list has the two-level form of old writers, and gives fields other
 * names where theirs differ in case only.
 */
final class ColumnReadings {
  private static final int MOST_DIGITS = 38;

  private final Path file;
  private int ids;
  private int lambdas;

  private ColumnReadings(Path file) {
    this.file = file;
  }

  /**
   * @param columns as DuckDB shows them
   * @param schema as the file has them
   * @throws DataException {@code IMPORT_FILE_UNREADABLE}: a table cannot hold one of them; {@code
   *     IMPORT_COLUMNS_DIFFER}: their names differ in case only
   */
  static Map<String, ColumnReading> of(Path file, List<Field> columns, MessageType schema) {
    ColumnReadings readings = new ColumnReadings(file);
    Map<String, ColumnReading> read = new LinkedHashMap<>();
    for (int i = 0; i < columns.size(); i++) {
      Field column = columns.get(i);
      readings.checkName(column, schema, i);
      String raw = "r." + quote(column.getName());
      Type meant = schema.getType(i);
      read.put(
          column.getName(),
          isUntyped(meant)
              ? new ColumnReading(Types.UnknownType.get(), "NULL", false)
              : readings.value(column, meant, raw));
    }
    return read;
  }

  /** Whether all values are null, so that the writer knew no type, as Arrow's null has none. */
  private static boolean isUntyped(Type column) {
    return column.getLogicalTypeAnnotation()
        instanceof LogicalTypeAnnotation.UnknownLogicalTypeAnnotation;
  }

  private void checkName(Field shown, GroupType group, int position) {
    String name = group.getFieldName(position);
    if (name.isEmpty()) {
      throw unfit(group.getName(), "has a field without a name");
    }
    if (!shown.getName().equals(name)) {
      throw alike(file, name);
    }
  }

  /** SQL does not tell names apart that differ in case only. */
  static DataException alike(Path file, String name) {
    return new DataException(
        ErrorCode.IMPORT_COLUMNS_DIFFER,
        "File %s has several columns or fields %s that differ in case only; name them apart"
            .formatted(file, name));
  }

  private ColumnReading value(Field shown, Type meant, String raw) {
    return switch (shown.getType().getTypeID()) {
      case Struct -> struct(shown, meant.asGroupType(), raw);
      case List, LargeList, FixedSizeList -> list(shown.getChildren().get(0), meant, raw);
      case Map -> map(shown.getChildren().get(0).getChildren(), meant.asGroupType(), raw);
      default -> primitive(shown, meant, raw);
    };
  }

  private ColumnReading primitive(Field shown, Type meant, String raw) {
    if (!meant.isPrimitive()) {
      throw unfit(meant.getName(), "is a group that is read as " + shown.getType());
    }
    PrimitiveType type = meant.asPrimitiveType();
    if (type.getPrimitiveTypeName() == PrimitiveType.PrimitiveTypeName.INT96) {
      // Spark, Hive and Impala write instants so, and read them as such.
      return new ColumnReading(
          Types.TimestampType.withZone(), "timezone('UTC', %s)".formatted(raw), false);
    }
    LogicalTypeAnnotation annotation = type.getLogicalTypeAnnotation();
    if (LogicalTypeAnnotation.uuidType().equals(annotation)) {
      return new ColumnReading(Types.UUIDType.get(), raw, false);
    }
    if (annotation instanceof LogicalTypeAnnotation.DecimalLogicalTypeAnnotation decimal
        && decimal.getPrecision() > MOST_DIGITS) {
      throw unfit(
          meant.getName(),
          "is a decimal of %d digits; a table's has up to 38".formatted(decimal.getPrecision()));
    }
    if (annotation instanceof LogicalTypeAnnotation.TimeLogicalTypeAnnotation time
        && time.isAdjustedToUTC()
        && time.getUnit() == LogicalTypeAnnotation.TimeUnit.NANOS) {
      // DuckDB cuts them, and does not say what it has cut.
      throw unfit(meant.getName(), "is a time of nanoseconds in UTC; write it with microseconds");
    }
    return new ColumnReading(PlainTypes.of(file, shown, type), raw, hasNanoseconds(annotation));
  }

  private static boolean hasNanoseconds(LogicalTypeAnnotation annotation) {
    return (annotation instanceof LogicalTypeAnnotation.TimestampLogicalTypeAnnotation timestamp
            && timestamp.getUnit() == LogicalTypeAnnotation.TimeUnit.NANOS)
        || (annotation instanceof LogicalTypeAnnotation.TimeLogicalTypeAnnotation time
            && time.getUnit() == LogicalTypeAnnotation.TimeUnit.NANOS);
  }

  private ColumnReading struct(Field shown, GroupType meant, String raw) {
    List<NestedField> fields = new ArrayList<>();
    List<String> values = new ArrayList<>();
    boolean asShown = true;
    boolean nanoseconds = false;
    for (int i = 0; i < shown.getChildren().size(); i++) {
      Field child = shown.getChildren().get(i);
      checkName(child, meant, i);
      String before = "struct_extract(%s, %s)".formatted(raw, text(child.getName()));
      int id = ++ids;
      ColumnReading read = value(child, meant.getType(i), before);
      fields.add(NestedField.optional(id, child.getName(), read.type()));
      values.add(quote(child.getName()) + " := " + read.sql());
      asShown &= read.sql().equals(before);
      nanoseconds |= read.nanoseconds();
    }
    return new ColumnReading(
        Types.StructType.of(fields),
        asShown
            ? raw
            : "CASE WHEN %s IS NOT NULL THEN struct_pack(%s) END"
                .formatted(raw, String.join(", ", values)),
        nanoseconds);
  }

  private ColumnReading list(Field shown, Type meant, String raw) {
    Type element = element(meant);
    int id = ++ids;
    String before = "x" + ++lambdas;
    boolean unwrapped = !element.isPrimitive() && isOneField(shown, element.asGroupType());
    ColumnReading read =
        unwrapped ? wrapped(shown, element.asGroupType(), before) : value(shown, element, before);
    return new ColumnReading(
        Types.ListType.ofOptional(id, read.type()),
        read.sql().equals(before)
            ? raw
            : "list_transform(%s, lambda %s: %s)".formatted(raw, before, read.sql()),
        read.nanoseconds());
  }

  /**
   * What one element is: a repeated field without a list around it; else, by the rules of the
   * format for lists of old writers, the repeated field of the list or the one field in it.
   */
  private static Type element(Type meant) {
    if (meant.isRepetition(Type.Repetition.REPEATED)
        || !LogicalTypeAnnotation.listType().equals(meant.getLogicalTypeAnnotation())) {
      return meant;
    }
    Type repeated = meant.asGroupType().getType(0);
    if (repeated.isPrimitive()) {
      return repeated;
    }
    GroupType group = repeated.asGroupType();
    boolean itself =
        group.getFieldCount() != 1
            || group.getName().equals("array")
            || group.getName().equals(meant.getName() + "_tuple");
    return itself ? group : group.getType(0);
  }

  /** Whether a repeated group of one field, which is the element, is shown as that field. */
  private static boolean isOneField(Field shown, GroupType element) {
    boolean struct = shown.getType().getTypeID() == ArrowType.ArrowTypeID.Struct;
    return element.isRepetition(Type.Repetition.REPEATED)
        && element.getLogicalTypeAnnotation() == null
        && element.getFieldCount() == 1
        && !(struct && shown.getChildren().get(0).getName().equals(element.getFieldName(0)));
  }

  private ColumnReading wrapped(Field shown, GroupType element, String raw) {
    String name = element.getFieldName(0);
    int id = ++ids;
    ColumnReading read = value(shown, element.getType(0), raw);
    return new ColumnReading(
        Types.StructType.of(NestedField.optional(id, name, read.type())),
        "struct_pack(%s := %s)".formatted(quote(name), read.sql()),
        read.nanoseconds());
  }

  private ColumnReading map(List<Field> shown, GroupType meant, String raw) {
    GroupType entry = meant.getType(0).asGroupType();
    int keyId = ++ids;
    int valueId = ++ids;
    String before = "x" + ++lambdas;
    String keyBefore = "struct_extract(%s, 'key')".formatted(before);
    String valueBefore = "struct_extract(%s, 'value')".formatted(before);
    ColumnReading key = value(shown.get(0), entry.getType(0), keyBefore);
    ColumnReading value = value(shown.get(1), entry.getType(1), valueBefore);
    return new ColumnReading(
        Types.MapType.ofOptional(keyId, valueId, key.type(), value.type()),
        key.sql().equals(keyBefore) && value.sql().equals(valueBefore)
            ? raw
            : "map_from_entries(list_transform(map_entries(%s), lambda %s: struct_pack(key := %s, value := %s)))"
                .formatted(raw, before, key.sql(), value.sql()),
        key.nanoseconds() || value.nanoseconds());
  }

  private DataException unfit(String column, String reason) {
    return new DataException(
        ErrorCode.IMPORT_FILE_UNREADABLE,
        "Column %s of file %s %s".formatted(column, file, reason));
  }
}
