package io.bergview.query.format;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.StringJoiner;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** RFC 4180. */
final class CsvRows implements RowFormat.Writer {
  private final List<Types.NestedField> columns;
  private final OutputStream out;

  CsvRows(Schema schema, OutputStream out) throws IOException {
    this.columns = schema.columns();
    this.out = new BufferedOutputStream(out);
    StringJoiner header = new StringJoiner(",", "", "\r\n");
    columns.forEach(column -> header.add(quoted(column.name())));
    print(header);
  }

  @Override
  public void write(List<@Nullable Object> values) throws IOException {
    StringJoiner line = new StringJoiner(",", "", "\r\n");
    for (int i = 0; i < columns.size(); i++) {
      line.add(cell(values.get(i), columns.get(i).type()));
    }
    print(line);
  }

  private static String cell(@Nullable Object value, Type type) {
    if (value == null) {
      return "";
    }
    String text = CellText.of(value, type);
    return text.isEmpty() ? "\"\"" : quoted(text);
  }

  private static String quoted(String text) {
    boolean plain = text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\r' || c == '\n');
    return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
  }

  private void print(StringJoiner line) throws IOException {
    out.write(line.toString().getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void finish() throws IOException {
    out.flush();
  }
}
