package io.bergview.pipeline.scan;

import io.bergview.pipeline.DuckDbSession;
import io.bergview.pipeline.Rows;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** The rows of a relation in the form of {@code RowContents}, so that the two compare. */
public final class ScannedRows {
  private ScannedRows() {}

  public static List<Map<String, Object>> of(DuckDbSession session, Relation relation) {
    return of(session, "SELECT * FROM " + relation.sql(), relation.schema());
  }

  public static List<Map<String, Object>> of(DuckDbSession session, String sql, Schema schema) {
    List<Type> types = schema.columns().stream().map(Types.NestedField::type).toList();
    List<Map<String, Object>> rows = new ArrayList<>();
    for (List<Object> row : Rows.read(session.query(sql), types)) {
      Map<String, Object> contents = new LinkedHashMap<>();
      for (int i = 0; i < row.size(); i++) {
        contents.put(schema.columns().get(i).name(), value(row.get(i)));
      }
      rows.add(contents);
    }
    return rows;
  }

  private static Object value(Object value) {
    if (value instanceof byte[] bytes) {
      return ByteBuffer.wrap(bytes);
    }
    if (value instanceof List<?> list) {
      List<Object> values = new ArrayList<>();
      list.forEach(element -> values.add(value(element)));
      return values;
    }
    if (value instanceof Map<?, ?> map) {
      Map<Object, Object> values = new LinkedHashMap<>();
      map.forEach((key, element) -> values.put(value(key), value(element)));
      return values;
    }
    return value;
  }
}
