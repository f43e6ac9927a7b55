package io.bergview.query.format;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** Rows as JSON objects, each on a line of its own. */
final class JsonRows implements RowFormat.Writer {
  private final List<Types.NestedField> columns;
  private final boolean array;
  private final OutputStream out;
  private boolean any;

  JsonRows(Schema schema, OutputStream out, boolean array) {
    this.columns = schema.columns();
    this.array = array;
    this.out = new BufferedOutputStream(out);
  }

  @Override
  public void write(List<@Nullable Object> values) throws IOException {
    if (array) {
      print(any ? ",\n" : "[\n");
    }
    any = true;
    try (JsonGenerator json = JsonValues.FACTORY.createGenerator(out)) {
      json.writeStartObject();
      for (int i = 0; i < columns.size(); i++) {
        json.writeFieldName(columns.get(i).name());
        JsonValues.write(json, values.get(i), columns.get(i).type());
      }
      json.writeEndObject();
    }
    if (!array) {
      print("\n");
    }
  }

  @Override
  public void finish() throws IOException {
    if (array) {
      print(any ? "\n]\n" : "[]\n");
    }
    out.flush();
  }

  private void print(String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
  }
}
