package io.bergview.docs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bergview.docs.Page.Fence;
import io.bergview.fixtures.RowFiles;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;

/**
 * Makes Iceberg tables of the blocks {@code text table ns.name} of a page: columns with their types
 * in the first line, {@code !} for required ones, then rows; lists and structs as JSON.
 */
final class ExampleTables {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String BAR = " \\| ";

  private ExampleTables() {}

  static void create(Catalog catalog, Fence fence) throws Exception {
    TableIdentifier name = TableIdentifier.parse(fence.info().get(2));
    Namespace namespace = name.namespace();
    if (catalog instanceof SupportsNamespaces namespaces
        && !namespaces.namespaceExists(namespace)) {
      namespaces.createNamespace(namespace);
    }
    Schema schema = schema(fence.lines().get(0));
    Table table = catalog.createTable(name, schema);
    List<Record> rows = new ArrayList<>();
    for (String line : fence.lines().subList(1, fence.lines().size())) {
      List<String> cells = List.of(line.strip().split(BAR));
      if (cells.size() != schema.columns().size()) {
        throw new IllegalArgumentException("%s: %d cells: %s".formatted(name, cells.size(), line));
      }
      Record row = GenericRecord.create(table.schema());
      for (int i = 0; i < cells.size(); i++) {
        Type type = table.schema().columns().get(i).type();
        String cell = cells.get(i).strip();
        boolean json = type.isListType() && !cell.equals("null");
        row.set(i, value(json ? JSON.readTree(cell) : JSON.getNodeFactory().textNode(cell), type));
      }
      rows.add(row);
    }
    if (!rows.isEmpty()) {
      RowFiles.append(table, rows);
    }
  }

  private static Schema schema(String line) {
    AtomicInteger ids = new AtomicInteger();
    List<NestedField> fields = new ArrayList<>();
    for (String column : line.strip().split(BAR)) {
      String[] parts = column.strip().split(" ", 2);
      String type = parts[1].strip();
      boolean required = type.endsWith("!");
      int id = ids.incrementAndGet();
      Type of = type(required ? type.substring(0, type.length() - 1) : type, ids);
      fields.add(
          required
              ? NestedField.required(id, parts[0], of)
              : NestedField.optional(id, parts[0], of));
    }
    return new Schema(fields);
  }

  private static Type type(String text, AtomicInteger ids) {
    if (text.startsWith("list<")) {
      int id = ids.incrementAndGet();
      return Types.ListType.ofOptional(id, type(text.substring(5, text.length() - 1), ids));
    }
    if (text.startsWith("struct<")) {
      List<NestedField> fields = new ArrayList<>();
      for (String field : text.substring(7, text.length() - 1).split(", ")) {
        String[] parts = field.split(": ", 2);
        fields.add(NestedField.optional(ids.incrementAndGet(), parts[0], type(parts[1], ids)));
      }
      return Types.StructType.of(fields);
    }
    return Types.fromPrimitiveString(text);
  }

  private static Object value(JsonNode cell, Type type) {
    if (cell.isNull() || cell.asText().equals("null")) {
      return null;
    }
    return switch (type.typeId()) {
      case LONG -> Long.parseLong(cell.asText());
      case INTEGER -> Integer.parseInt(cell.asText());
      case DOUBLE -> Double.parseDouble(cell.asText());
      case BOOLEAN -> Boolean.parseBoolean(cell.asText());
      case DECIMAL -> new BigDecimal(cell.asText());
      case DATE -> LocalDate.parse(cell.asText());
      case TIMESTAMP -> OffsetDateTime.parse(cell.asText());
      case STRING -> cell.asText();
      case LIST -> {
        List<Object> elements = new ArrayList<>();
        cell.forEach(element -> elements.add(value(element, type.asListType().elementType())));
        yield elements;
      }
      case STRUCT -> {
        Record record = GenericRecord.create(type.asStructType());
        for (NestedField field : type.asStructType().fields()) {
          record.setField(field.name(), value(cell.path(field.name()), field.type()));
        }
        yield record;
      }
      default -> throw new IllegalArgumentException("no cells of type " + type);
    };
  }
}
