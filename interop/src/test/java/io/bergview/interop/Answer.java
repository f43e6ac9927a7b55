package io.bergview.interop;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.iceberg.Schema;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * A bag of rows, in values that do not tell who read them: structs and lists are lists, binary is a
 * buffer, a UUID is its text, zoned timestamps are instants.
 *
 * @param types of the columns in Spark's words; empty where Spark did not say
 */
record Answer(List<String> columns, List<String> types, List<List<@Nullable Object>> rows) {
  static Answer of(Schema columns, List<Record> records) {
    List<String> names = columns.columns().stream().map(Types.NestedField::name).toList();
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (Record record : records) {
      List<@Nullable Object> row = new ArrayList<>();
      names.forEach(name -> row.add(plain(record.getField(name))));
      rows.add(row);
    }
    return new Answer(names, List.of(), rows);
  }

  static Answer of(SparkAnswer answer) {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (List<@Nullable Object> values : answer.rows()) {
      List<@Nullable Object> row = new ArrayList<>();
      values.forEach(value -> row.add(plain(value)));
      rows.add(row);
    }
    return new Answer(List.copyOf(answer.columns()), List.copyOf(answer.types()), rows);
  }

  private static @Nullable Object plain(@Nullable Object value) {
    if (value instanceof Record struct) {
      List<@Nullable Object> fields = new ArrayList<>();
      for (Types.NestedField field : struct.struct().fields()) {
        fields.add(plain(struct.getField(field.name())));
      }
      return fields;
    }
    if (value instanceof List<?> list) {
      List<@Nullable Object> elements = new ArrayList<>();
      list.forEach(element -> elements.add(plain(element)));
      return elements;
    }
    if (value instanceof Map<?, ?> map) {
      Map<@Nullable Object, @Nullable Object> entries = new LinkedHashMap<>();
      map.forEach((key, element) -> entries.put(plain(key), plain(element)));
      return entries;
    }
    if (value instanceof byte[] bytes) {
      return ByteBuffer.wrap(bytes);
    }
    if (value instanceof ByteBuffer buffer) {
      return ByteBuffer.allocate(buffer.remaining()).put(buffer.duplicate()).flip();
    }
    if (value instanceof UUID || value instanceof CharSequence) {
      return value.toString();
    }
    return value instanceof OffsetDateTime at ? at.toInstant() : value;
  }

  /** What a row is sorted by: everything but floating-point numbers, which may differ a little. */
  static String exactPart(@Nullable Object value) {
    if (value instanceof List<?> list) {
      return list.stream().map(Answer::exactPart).toList().toString();
    }
    if (value instanceof Map<?, ?> map) {
      return map.entrySet().stream()
          .map(entry -> entry.getKey() + "=" + exactPart(entry.getValue()))
          .sorted()
          .toList()
          .toString();
    }
    if (value instanceof Double || value instanceof Float) {
      return "~";
    }
    if (value instanceof ByteBuffer buffer) {
      return "x" + java.util.HexFormat.of().formatHex(buffer.array());
    }
    return value instanceof BigDecimal number ? number.toPlainString() : String.valueOf(value);
  }
}
