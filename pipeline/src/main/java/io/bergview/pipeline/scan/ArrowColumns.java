package io.bergview.pipeline.scan;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.TimeMicroVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.iceberg.util.ByteBuffers;
import org.apache.iceberg.util.DateTimeUtil;
import org.jspecify.annotations.Nullable;

/**
 * Values of Iceberg's generic data model into Arrow vectors that DuckDB reads back as exactly the
 * Iceberg type, but for uuid, which travels as text.
 */
final class ArrowColumns {
  private ArrowColumns() {}

  /** The Arrow field for a type; everything is nullable. */
  static Field field(String name, Type type) {
    return switch (type.typeId()) {
      case STRUCT ->
          nested(
              name,
              ArrowType.Struct.INSTANCE,
              type.asStructType().fields().stream()
                  .map(field -> field(field.name(), field.type()))
                  .toList());
      case LIST ->
          nested(
              name,
              ArrowType.List.INSTANCE,
              List.of(field("element", type.asListType().elementType())));
      case MAP -> map(name, type.asMapType());
      default -> Field.nullable(name, primitive(type));
    };
  }

  private static Field map(String name, Types.MapType type) {
    Field key = field("key", type.keyType());
    Field required = new Field("key", FieldType.notNullable(key.getType()), key.getChildren());
    Field entries =
        new Field(
            "entries",
            FieldType.notNullable(ArrowType.Struct.INSTANCE),
            List.of(required, field("value", type.valueType())));
    return nested(name, new ArrowType.Map(false), List.of(entries));
  }

  private static Field nested(String name, ArrowType type, List<Field> children) {
    return new Field(name, FieldType.nullable(type), children);
  }

  private static ArrowType primitive(Type type) {
    return switch (type.typeId()) {
      case BOOLEAN -> ArrowType.Bool.INSTANCE;
      case INTEGER -> new ArrowType.Int(32, true);
      case LONG -> new ArrowType.Int(64, true);
      case FLOAT -> new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE);
      case DOUBLE -> new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
      case DATE -> new ArrowType.Date(DateUnit.DAY);
      case TIME -> new ArrowType.Time(TimeUnit.MICROSECOND, 64);
      case TIMESTAMP ->
          new ArrowType.Timestamp(
              TimeUnit.MICROSECOND,
              ((Types.TimestampType) type).shouldAdjustToUTC() ? "UTC" : null);
      case STRING, UUID -> ArrowType.Utf8.INSTANCE;
      case FIXED, BINARY -> ArrowType.Binary.INSTANCE;
      case DECIMAL -> {
        Types.DecimalType decimal = (Types.DecimalType) type;
        yield new ArrowType.Decimal(decimal.precision(), decimal.scale(), 128);
      }
      default -> throw new IllegalArgumentException("type " + type + " is not supported");
    };
  }

  /** Sets one value; rows of a vector are set in ascending order. */
  static void set(FieldVector vector, int row, Type type, @Nullable Object value) {
    if (value == null) {
      vector.setNull(row);
      return;
    }
    switch (type.typeId()) {
      case BOOLEAN -> ((BitVector) vector).setSafe(row, (Boolean) value ? 1 : 0);
      case INTEGER -> ((IntVector) vector).setSafe(row, (Integer) value);
      case LONG -> ((BigIntVector) vector).setSafe(row, (Long) value);
      case FLOAT -> ((Float4Vector) vector).setSafe(row, (Float) value);
      case DOUBLE -> ((Float8Vector) vector).setSafe(row, (Double) value);
      case DATE ->
          ((DateDayVector) vector).setSafe(row, DateTimeUtil.daysFromDate((LocalDate) value));
      case TIME ->
          ((TimeMicroVector) vector).setSafe(row, DateTimeUtil.microsFromTime((LocalTime) value));
      case TIMESTAMP -> ((TimeStampVector) vector).setSafe(row, micros(value));
      case STRING, UUID ->
          ((VarCharVector) vector).setSafe(row, value.toString().getBytes(StandardCharsets.UTF_8));
      case FIXED, BINARY -> ((VarBinaryVector) vector).setSafe(row, bytes(value));
      case DECIMAL -> ((DecimalVector) vector).setSafe(row, (BigDecimal) value);
      case STRUCT -> setStruct((StructVector) vector, row, type.asStructType(), (Record) value);
      case LIST -> setList((ListVector) vector, row, type.asListType(), (Collection<?>) value);
      case MAP -> setMap((ListVector) vector, row, type.asMapType(), (Map<?, ?>) value);
      default -> throw new IllegalArgumentException("type " + type + " is not supported");
    }
  }

  private static long micros(Object value) {
    return value instanceof OffsetDateTime zoned
        ? DateTimeUtil.microsFromTimestamptz(zoned)
        : DateTimeUtil.microsFromTimestamp((LocalDateTime) value);
  }

  private static byte[] bytes(Object value) {
    return value instanceof byte[] array ? array : ByteBuffers.toByteArray((ByteBuffer) value);
  }

  private static void setStruct(
      StructVector vector, int row, Types.StructType type, Record record) {
    vector.setIndexDefined(row);
    List<NestedField> fields = type.fields();
    for (int i = 0; i < fields.size(); i++) {
      FieldVector child = (FieldVector) vector.getChildByOrdinal(i);
      grow(child, row);
      set(child, row, fields.get(i).type(), record.get(i));
    }
  }

  private static void setList(
      ListVector vector, int row, Types.ListType type, Collection<?> values) {
    int at = vector.startNewValue(row);
    FieldVector elements = vector.getDataVector();
    for (Object value : values) {
      grow(elements, at);
      set(elements, at++, type.elementType(), value);
    }
    vector.endValue(row, values.size());
  }

  private static void setMap(ListVector vector, int row, Types.MapType type, Map<?, ?> map) {
    int at = vector.startNewValue(row);
    StructVector entries = (StructVector) vector.getDataVector();
    FieldVector keys = (FieldVector) entries.getChildByOrdinal(0);
    FieldVector values = (FieldVector) entries.getChildByOrdinal(1);
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      grow(entries, at);
      grow(keys, at);
      grow(values, at);
      entries.setIndexDefined(at);
      set(keys, at, type.keyType(), entry.getKey());
      set(values, at, type.valueType(), entry.getValue());
      at++;
    }
    vector.endValue(row, map.size());
  }

  /** A null is set without growing its vector, so room is made first. */
  private static void grow(FieldVector vector, int row) {
    while (vector.getValueCapacity() <= row) {
      vector.reAlloc();
    }
  }
}
