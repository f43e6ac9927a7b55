package io.bergview.pipeline.sink;

import io.bergview.errors.DataException;
import io.bergview.errors.ErrorCode;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Schema;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/** Values as {@link io.bergview.pipeline.Rows} gives them, as Iceberg's generic records. */
final class Records {
  private Records() {}

  static Record of(Schema schema, List<@Nullable Object> row) {
    GenericRecord record = GenericRecord.create(schema);
    List<NestedField> columns = schema.columns();
    for (int i = 0; i < columns.size(); i++) {
      Object value = row.get(i);
      if (value == null && columns.get(i).isRequired()) {
        throw RequiredFields.nullIn(columns.get(i));
      }
      record.set(i, value(columns.get(i).type(), value));
    }
    return record;
  }

  private static @Nullable Object value(Type type, @Nullable Object value) {
    if (value == null) {
      return null;
    }
    return switch (type.typeId()) {
      case BINARY -> ByteBuffer.wrap((byte[]) value);
      case FIXED -> fixed((Types.FixedType) type, (byte[]) value);
      case STRUCT -> struct(type.asStructType(), (Map<?, ?>) value);
      case LIST -> {
        List<@Nullable Object> elements = new ArrayList<>();
        for (Object element : (List<?>) value) {
          elements.add(value(type.asListType().elementType(), element));
        }
        yield elements;
      }
      case MAP -> {
        Map<@Nullable Object, @Nullable Object> entries = new LinkedHashMap<>();
        ((Map<?, ?>) value)
            .forEach(
                (key, entry) ->
                    entries.put(
                        value(type.asMapType().keyType(), key),
                        value(type.asMapType().valueType(), entry)));
        yield entries;
      }
      default -> value;
    };
  }

  private static Record struct(Types.StructType type, Map<?, ?> values) {
    GenericRecord record = GenericRecord.create(type);
    for (NestedField field : type.fields()) {
      record.setField(field.name(), value(field.type(), values.get(field.name())));
    }
    return record;
  }

  private static byte[] fixed(Types.FixedType type, byte[] value) {
    if (value.length != type.length()) {
      throw new DataException(
          ErrorCode.VALUE_INVALID,
          "A value of %d bytes does not fit type %s.".formatted(value.length, type));
    }
    return value;
  }
}
