package io.bergview.catalog.lineage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bergview.projection.definition.TableName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The text form of {@link Lineage}, documented there. */
final class LineageText {
  static final ObjectMapper JSON = new ObjectMapper();

  private LineageText() {}

  static Map<String, String> write(Lineage lineage) {
    ObjectNode state = JSON.createObjectNode();
    state.put("view-version-id", lineage.definitionVersion());
    ArrayNode states = state.putArray("source-states");
    ArrayNode details = JSON.createArrayNode();
    for (SourceSnapshot source : lineage.sources()) {
      writeState(source, states.addObject());
      writeDetails(source, details.addObject());
    }
    state.put("refresh-start-timestamp-ms", lineage.refreshStarted().toEpochMilli());
    Map<String, String> summary = new LinkedHashMap<>();
    summary.put(SummaryKeys.REFRESH_STATE, state.toString());
    summary.put(SummaryKeys.SOURCES, details.toString());
    return summary;
  }

  private static void writeState(SourceSnapshot source, ObjectNode state) {
    state.put("type", "table");
    state.put("name", source.table().name());
    ArrayNode namespace = state.putArray("namespace");
    source.table().namespace().forEach(namespace::add);
    source.table().catalog().ifPresent(catalog -> state.put("catalog", catalog));
    state.put("uuid", source.uuid());
    state.put("snapshot-id", source.snapshotId());
  }

  private static void writeDetails(SourceSnapshot source, ObjectNode details) {
    details.put("table", source.table().toString());
    details.put("direct", source.direct());
    ObjectNode columns = details.putObject("columns");
    source
        .columns()
        .forEach(
            (path, column) ->
                columns.putObject(path).put("id", column.fieldId()).put("type", column.type()));
  }

  static Optional<Lineage> read(Map<String, String> summary) {
    String text = summary.get(SummaryKeys.REFRESH_STATE);
    if (text == null) {
      return Optional.empty();
    }
    JsonNode state = parse(text, SummaryKeys.REFRESH_STATE);
    Map<String, JsonNode> details = details(summary.get(SummaryKeys.SOURCES));
    List<SourceSnapshot> sources = new ArrayList<>();
    for (JsonNode source : required(state, "source-states")) {
      sources.add(source(source, details));
    }
    return Optional.of(
        new Lineage(
            integer(state, "view-version-id"),
            Instant.ofEpochMilli(integer(state, "refresh-start-timestamp-ms")),
            sources));
  }

  private static Map<String, JsonNode> details(@Nullable String text) {
    Map<String, JsonNode> details = new TreeMap<>();
    if (text != null) {
      parse(text, SummaryKeys.SOURCES)
          .forEach(source -> details.put(required(source, "table").asText(), source));
    }
    return details;
  }

  private static SourceSnapshot source(JsonNode state, Map<String, JsonNode> allDetails) {
    String type = required(state, "type").asText();
    if (!type.equals("table")) {
      throw new IllegalArgumentException(
          "its refresh-state names a source of the unknown type '" + type + "'");
    }
    List<String> namespace = new ArrayList<>();
    required(state, "namespace").forEach(level -> namespace.add(level.asText()));
    TableName table =
        new TableName(
            Optional.ofNullable(state.get("catalog")).map(JsonNode::asText),
            namespace,
            required(state, "name").asText());
    JsonNode details = allDetails.get(table.toString());
    Map<String, UsedColumn> columns = new TreeMap<>();
    if (details != null) {
      required(details, "columns")
          .properties()
          .forEach(
              column ->
                  columns.put(
                      column.getKey(),
                      new UsedColumn(
                          (int) integer(column.getValue(), "id"),
                          required(column.getValue(), "type").asText())));
    }
    return new SourceSnapshot(
        table,
        required(state, "uuid").asText(),
        integer(state, "snapshot-id"),
        details == null || required(details, "direct").asBoolean(),
        columns);
  }

  static JsonNode parse(String text, String what) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("its " + what + " is no JSON", e);
    }
  }

  static JsonNode required(JsonNode node, String field) {
    JsonNode value = node.get(field);
    if (value == null || value.isNull()) {
      throw new IllegalArgumentException("its lineage lacks '" + field + "'");
    }
    return value;
  }

  static long integer(JsonNode node, String field) {
    JsonNode value = required(node, field);
    if (!value.canConvertToLong() || !value.isIntegralNumber()) {
      throw new IllegalArgumentException("its lineage has no integer in '" + field + "'");
    }
    return value.asLong();
  }
}
