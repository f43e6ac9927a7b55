package io.bergview.imports.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bergview.imports.options.TextOptions;
import io.bergview.imports.source.SourceFile;
import io.bergview.imports.text.TextRow.RowProblem;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.apache.iceberg.types.Type;
import org.jspecify.annotations.Nullable;

/** The objects of an NDJSON file as records of given columns. */
final class JsonRows implements TextRows {
  private final JsonLines lines;
  private final Map<String, Type> columns;
  private Optional<JsonLines.Line> next;

  /**
   * @param columns by name, in order
   */
  JsonRows(SourceFile file, Map<String, Type> columns, TextOptions options, LongConsumer read) {
    this.lines = new JsonLines(file, options, read);
    this.columns = new LinkedHashMap<>(columns);
    this.next = lines.next();
  }

  @Override
  public boolean hasNext() {
    return next.isPresent();
  }

  @Override
  public TextRow next() {
    JsonLines.Line line = next.orElseThrow(NoSuchElementException::new);
    next = lines.next();
    ObjectNode object = line.object();
    return object == null
        ? new TextRow(line.line(), List.of(), line.problem())
        : row(line.line(), object);
  }

  private TextRow row(long line, ObjectNode object) {
    List<@Nullable Object> values = new ArrayList<>(columns.size());
    RowProblem problem = null;
    int found = 0;
    for (Map.Entry<String, Type> column : columns.entrySet()) {
      JsonNode value = object.get(column.getKey());
      if (value == null) {
        values.add(null);
        continue;
      }
      found++;
      try {
        values.add(
            column.getValue().isNestedType()
                ? JsonValues.value(value, column.getValue())
                : JsonValues.text(value));
      } catch (IllegalArgumentException e) {
        values.add(null);
        problem = new RowProblem(column.getKey(), value.toString(), String.valueOf(e.getMessage()));
      }
    }
    return new TextRow(
        line, values, problem == null && found < object.size() ? unknown(object) : problem);
  }

  private @Nullable RowProblem unknown(ObjectNode object) {
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      if (!columns.containsKey(field.getKey())) {
        return new RowProblem(
            field.getKey(), field.getValue().toString(), "is a field that no row before had");
      }
    }
    return null;
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
