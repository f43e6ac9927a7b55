package io.bergview.pipeline;

import io.bergview.errors.ErrorCode;
import io.bergview.errors.StorageException;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.TimeMicroVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.util.DateTimeUtil;
import org.jspecify.annotations.Nullable;

/**
 * Small results as Java values, decided by Iceberg types, since Arrow loses some: Boolean, Integer,
 * Long, Float, Double, BigDecimal (of the type's scale), String, UUID, byte[], LocalDate,
 * LocalTime, LocalDateTime, OffsetDateTime in UTC, List, Map, and for a struct a LinkedHashMap by
 * field name. SQL null is Java null.
 */
public final class Rows {
  private Rows() {}

  /**
   * Drains and closes a reader.
   *
   * @param types the types of its columns, in order
   */
  public static List<List<@Nullable Object>> read(ArrowReader reader, List<Type> types) {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    try (reader) {
      while (reader.loadNextBatch()) {
        VectorSchemaRoot batch = reader.getVectorSchemaRoot();
        for (int row = 0; row < batch.getRowCount(); row++) {
          rows.add(row(batch, types, row));
        }
      }
    } catch (IOException e) {
      throw new StorageException(
          ErrorCode.INTERNAL, "Cannot read an Arrow stream: " + e.getMessage(), e);
    }
    return rows;
  }

  /** One row of a batch. */
  public static List<@Nullable Object> row(VectorSchemaRoot batch, List<Type> types, int row) {
    List<@Nullable Object> values = new ArrayList<>(types.size());
    for (int column = 0; column < types.size(); column++) {
      values.add(value(batch.getVector(column), types.get(column), row));
    }
    return values;
  }

  /** One value of a vector. */
  public static @Nullable Object value(FieldVector vector, Type type, int row) {
    if (vector.isNull(row)) {
      return null;
    }
    return switch (type.typeId()) {
      case BOOLEAN -> ((BitVector) vector).get(row) != 0;
      case INTEGER -> Math.toIntExact(((BaseIntVector) vector).getValueAsLong(row));
      case LONG -> ((BaseIntVector) vector).getValueAsLong(row);
      case FLOAT -> ((Float4Vector) vector).get(row);
      case DOUBLE -> ((Float8Vector) vector).get(row);
      case DATE -> LocalDate.ofEpochDay(((DateDayVector) vector).get(row));
      case TIME -> LocalTime.ofNanoOfDay(((TimeMicroVector) vector).get(row) * 1000);
      case TIMESTAMP -> timestamp((Types.TimestampType) type, ((TimeStampVector) vector).get(row));
      case STRING -> text(vector, row);
      case UUID -> UUID.fromString(text(vector, row));
      case FIXED, BINARY -> ((VarBinaryVector) vector).get(row);
      case DECIMAL -> decimal((Types.DecimalType) type, vector, row);
      case STRUCT -> struct(type.asStructType(), (StructVector) vector, row);
      case LIST -> list(type.asListType(), (ListVector) vector, row);
      case MAP -> map(type.asMapType(), (ListVector) vector, row);
      default -> throw new IllegalArgumentException("type " + type + " is not supported");
    };
  }

  private static Object timestamp(Types.TimestampType type, long micros) {
    LocalDateTime moment = DateTimeUtil.timestampFromMicros(micros);
    return type.shouldAdjustToUTC() ? OffsetDateTime.of(moment, ZoneOffset.UTC) : moment;
  }

  private static String text(FieldVector vector, int row) {
    return ((VarCharVector) vector).getObject(row).toString();
  }

  private static BigDecimal decimal(Types.DecimalType type, FieldVector vector, int row) {
    return ((DecimalVector) vector).getObject(row).setScale(type.scale());
  }

  private static Map<String, @Nullable Object> struct(
      Types.StructType type, StructVector vector, int row) {
    Map<String, @Nullable Object> struct = new LinkedHashMap<>();
    List<Types.NestedField> fields = type.fields();
    for (int i = 0; i < fields.size(); i++) {
      FieldVector child = (FieldVector) vector.getChildByOrdinal(i);
      struct.put(fields.get(i).name(), value(child, fields.get(i).type(), row));
    }
    return struct;
  }

  private static List<@Nullable Object> list(Types.ListType type, ListVector vector, int row) {
    List<@Nullable Object> list = new ArrayList<>();
    for (int i = vector.getElementStartIndex(row); i < vector.getElementEndIndex(row); i++) {
      list.add(value(vector.getDataVector(), type.elementType(), i));
    }
    return list;
  }

  private static Map<Object, @Nullable Object> map(Types.MapType type, ListVector vector, int row) {
    StructVector entries = (StructVector) vector.getDataVector();
    FieldVector keys = (FieldVector) entries.getChildByOrdinal(0);
    FieldVector values = (FieldVector) entries.getChildByOrdinal(1);
    Map<Object, @Nullable Object> map = new LinkedHashMap<>();
    for (int i = vector.getElementStartIndex(row); i < vector.getElementEndIndex(row); i++) {
      Object key = value(keys, type.keyType(), i);
      if (key != null) {
        map.put(key, value(values, type.valueType(), i));
      }
    }
    return map;
  }
}
