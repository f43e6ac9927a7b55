package io.bergview.interop;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
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
record ComparableRows(List<String> columns, List<String> types, List<List<@Nullable Object>> rows) {
  static ComparableRows of(Schema columns, List<Record> records) {
    List<String> names = columns.columns().stream().map(Types.NestedField::name).toList();
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (Record record : records) {
      List<@Nullable Object> row = new ArrayList<>();
      names.forEach(name -> row.add(record.getField(name)));
      rows.add(row);
    }
    return of(names, rows);
  }

  /** Rows of values as Iceberg's generic records hold them. */
  static ComparableRows of(List<String> columns, List<List<@Nullable Object>> rows) {
    return new ComparableRows(columns, List.of(), mapped(rows, ComparableRows::plain));
  }

  static ComparableRows of(SparkResult answer) {
    return new ComparableRows(
        List.copyOf(answer.columns()),
        List.copyOf(answer.types()),
        mapped(answer.rows(), ComparableRows::plain));
  }

  /** The same under other names. */
  ComparableRows named(List<String> names) {
    return new ComparableRows(names, types, rows);
  }

  /** The same with each value mapped. */
  ComparableRows mapped(UnaryOperator<@Nullable Object> change) {
    return new ComparableRows(columns, types, mapped(rows, change));
  }

  /** The same with floating-point numbers as text, so that -0.0 is not 0.0 and nothing is close. */
  ComparableRows bitByBit() {
    return new ComparableRows(columns, types, mapped(rows, ComparableRows::floatsAsText));
  }

  private static List<List<@Nullable Object>> mapped(
      List<List<@Nullable Object>> rows, UnaryOperator<@Nullable Object> change) {
    List<List<@Nullable Object>> changed = new ArrayList<>();
    for (List<@Nullable Object> row : rows) {
      changed.add(list(row, change));
    }
    return changed;
  }

  private static List<@Nullable Object> list(
      List<?> values, UnaryOperator<@Nullable Object> change) {
    List<@Nullable Object> changed = new ArrayList<>();
    values.forEach(value -> changed.add(change.apply(value)));
    return changed;
  }

  private static Map<@Nullable Object, @Nullable Object> map(
      Map<?, ?> values, UnaryOperator<@Nullable Object> change) {
    Map<@Nullable Object, @Nullable Object> changed = new LinkedHashMap<>();
    values.forEach((key, value) -> changed.put(change.apply(key), change.apply(value)));
    return changed;
  }

  private static @Nullable Object floatsAsText(@Nullable Object value) {
    if (value instanceof List<?> list) {
      return list(list, ComparableRows::floatsAsText);
    }
    if (value instanceof Map<?, ?> map) {
      return map(map, ComparableRows::floatsAsText);
    }
    return value instanceof Double || value instanceof Float ? value + " exactly" : value;
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
      return list(list, ComparableRows::plain);
    }
    if (value instanceof Map<?, ?> map) {
      return map(map, ComparableRows::plain);
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
      return list.stream().map(ComparableRows::exactPart).toList().toString();
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
