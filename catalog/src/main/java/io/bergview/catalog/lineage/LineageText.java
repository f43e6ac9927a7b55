package io.bergview.catalog.lineage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bergview.projection.definition.ColumnPath;
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

  /**
   * @param unnamed the catalog of sources whose names have none, where it has to be written
   */
  static Map<String, String> write(Lineage lineage, Optional<String> unnamed) {
    ObjectNode state = JSON.createObjectNode();
    state.put("view-version-id", lineage.definitionVersion());
    ArrayNode states = state.putArray("source-states");
    ArrayNode details = JSON.createArrayNode();
    for (SourceSnapshot source : lineage.sources()) {
      writeState(source, unnamed, states.addObject());
      writeDetails(source, details.addObject());
    }
    state.put("refresh-start-timestamp-ms", lineage.refreshStarted().toEpochMilli());
    Map<String, String> summary = new LinkedHashMap<>();
    summary.put(SummaryKeys.REFRESH_STATE, state.toString());
    summary.put(SummaryKeys.SOURCES, details.toString());
    return summary;
  }

  private static void writeState(
      SourceSnapshot source, Optional<String> unnamed, ObjectNode state) {
    state.put("type", "table");
    state.put("name", source.table().name());
    ArrayNode namespace = state.putArray("namespace");
    source.table().namespace().forEach(namespace::add);
    source.table().catalog().or(() -> unnamed).ifPresent(catalog -> state.put("catalog", catalog));
    state.put("uuid", source.uuid());
    state.put("snapshot-id", source.snapshotId());
    source.table().ref().ifPresent(ref -> state.put("ref", ref));
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
    for (JsonNode source : list(state, "source-states")) {
      sources.add(source(source, details));
    }
    if (sources.isEmpty()) {
      throw new IllegalArgumentException("its lineage names no source in 'source-states'");
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
      JsonNode sources = parse(text, SummaryKeys.SOURCES);
      if (!sources.isArray()) {
        throw new IllegalArgumentException("its " + SummaryKeys.SOURCES + " is not a list");
      }
      sources.forEach(source -> details.put(text(source, "table"), source));
    }
    return details;
  }

  private static SourceSnapshot source(JsonNode state, Map<String, JsonNode> allDetails) {
    String type = text(state, "type");
    if (!type.equals("table")) {
      throw new IllegalArgumentException(
          "its refresh-state names a source of the unknown type '" + type + "'");
    }
    TableName table = asDefined(table(state), allDetails);
    JsonNode details = details(table, allDetails);
    return new SourceSnapshot(
        table,
        text(state, "uuid"),
        integer(state, "snapshot-id"),
        details == null || flag(details, "direct"),
        details == null ? Map.of() : columns(details));
  }

  /**
   * The name as the definition has it: details without a catalog belong to a state with one where
   * the view is not in the default catalog. In lineages of before that rule neither has one.
   */
  private static TableName asDefined(TableName table, Map<String, JsonNode> all) {
    TableName unnamed =
        new TableName(Optional.empty(), table.namespace(), table.name(), table.ref());
    return all.containsKey(unnamed.toString()) && !all.containsKey(table.toString())
        ? unnamed
        : table;
  }

  /** Before there were refs, {@code @} was a letter like others in the name of a table. */
  private static @Nullable JsonNode details(TableName table, Map<String, JsonNode> all) {
    JsonNode details = all.get(table.toString());
    return details == null && table.ref().isEmpty()
        ? all.get(new ColumnPath(table.path(), "").toString())
        : details;
  }

  private static TableName table(JsonNode state) {
    List<String> namespace = new ArrayList<>();
    for (JsonNode level : list(state, "namespace")) {
      if (!level.isTextual()) {
        throw new IllegalArgumentException(
            "its lineage has a namespace that is not text: " + level);
      }
      namespace.add(level.asText());
    }
    JsonNode catalog = state.get("catalog");
    return new TableName(
        catalog == null || catalog.isNull()
            ? Optional.empty()
            : Optional.of(text(state, "catalog")),
        namespace,
        text(state, "name"),
        state.hasNonNull("ref") ? Optional.of(text(state, "ref")) : Optional.empty());
  }

  private static Map<String, UsedColumn> columns(JsonNode details) {
    JsonNode all = required(details, "columns");
    if (!all.isObject()) {
      throw new IllegalArgumentException("its lineage has no map in 'columns'");
    }
    Map<String, UsedColumn> columns = new TreeMap<>();
    all.properties()
        .forEach(
            column ->
                columns.put(
                    column.getKey(),
                    new UsedColumn(fieldId(column.getValue()), text(column.getValue(), "type"))));
    return columns;
  }

  private static int fieldId(JsonNode column) {
    if (!required(column, "id").canConvertToInt()) {
      throw new IllegalArgumentException("its lineage has no field id in 'id'");
    }
    return (int) integer(column, "id");
  }

  static JsonNode parse(String text, String what) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("its " + what + " is not JSON", e);
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

  private static String text(JsonNode node, String field) {
    JsonNode value = required(node, field);
    if (!value.isTextual()) {
      throw new IllegalArgumentException("its lineage has no text in '" + field + "'");
    }
    return value.asText();
  }

  private static boolean flag(JsonNode node, String field) {
    JsonNode value = required(node, field);
    if (!value.isBoolean()) {
      throw new IllegalArgumentException(
          "its lineage has neither true nor false in '" + field + "'");
    }
    return value.asBoolean();
  }

  private static JsonNode list(JsonNode node, String field) {
    JsonNode value = required(node, field);
    if (!value.isArray()) {
      throw new IllegalArgumentException("its lineage has no list in '" + field + "'");
    }
    return value;
  }
}
