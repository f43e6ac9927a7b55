package io.bergview.discover;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import io.bergview.projection.definition.DefinitionWriter;
import io.bergview.projection.definition.EntityType;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the metadata of a table say, and who uses it.
 *
 * @param summary what {@link ListedTable} says of it
 * @param columns with nested fields after the column that holds them, by their paths
 * @param partitioning one entry for each partition field: {@code day(ordered_at)}
 * @param sortOrder one entry for each key: {@code order_id asc nulls first}
 * @param refs branches and tags, with their snapshots
 * @param properties of the table, without Bergview's own
 * @param types entity types that name it
 * @param views views that read it
 * @param unreadable what could not be read of the views and types
 */
public record TableDescription(
    ListedTable summary,
    String location,
    String uuid,
    int formatVersion,
    int schemaId,
    List<Column> columns,
    List<String> partitioning,
    List<String> sortOrder,
    Snapshots snapshots,
    Map<String, Long> refs,
    Map<String, String> properties,
    List<EntityType> types,
    List<String> views,
    List<UnreadableTable> unreadable) {
  /**
   * A column, or a field in one.
   *
   * @param path such as {@code address.city}
   * @param key whether it is one of the table's identifier fields
   */
  public record Column(
      int id, String path, String type, boolean required, boolean key, Optional<String> doc) {
    public Column {
      requireNonNull(path, "path is null");
      requireNonNull(type, "type is null");
      requireNonNull(doc, "doc is null");
    }
  }

  /**
   * The snapshots that there are.
   *
   * @param current empty where nothing was written
   * @param operation of the current one: {@code append}
   */
  public record Snapshots(
      int count,
      Optional<Long> current,
      Optional<String> operation,
      Optional<Instant> oldest,
      long deleteFiles) {
    public Snapshots {
      requireNonNull(current, "current is null");
      requireNonNull(operation, "operation is null");
      requireNonNull(oldest, "oldest is null");
    }
  }

  public TableDescription {
    requireNonNull(summary, "summary is null");
    requireNonNull(location, "location is null");
    requireNonNull(uuid, "uuid is null");
    columns = List.copyOf(columns);
    partitioning = List.copyOf(partitioning);
    sortOrder = List.copyOf(sortOrder);
    requireNonNull(snapshots, "snapshots is null");
    refs = Collections.unmodifiableMap(new LinkedHashMap<>(refs));
    properties = Collections.unmodifiableMap(new LinkedHashMap<>(properties));
    types = List.copyOf(types);
    views = List.copyOf(views);
    unreadable = List.copyOf(unreadable);
  }

  /** For machines. */
  public ObjectNode toJson() {
    ObjectNode json = summary.toJson();
    json.put("location", location);
    json.put("uuid", uuid);
    json.put("formatVersion", formatVersion);
    json.put("schemaId", schemaId);
    ArrayNode fields = json.putArray("columns");
    for (Column column : columns) {
      fields
          .addObject()
          .put("id", column.id())
          .put("name", column.path())
          .put("type", column.type())
          .put("required", column.required())
          .put("key", column.key())
          .put("doc", column.doc().orElse(null));
    }
    partitioning.forEach(json.putArray("partitioning")::add);
    sortOrder.forEach(json.putArray("sortOrder")::add);
    json.putObject("snapshots")
        .put("count", snapshots.count())
        .put("current", snapshots.current().orElse(null))
        .put("operation", snapshots.operation().orElse(null))
        .put("oldest", snapshots.oldest().map(Instant::toString).orElse(null))
        .put("deleteFiles", snapshots.deleteFiles());
    refs.forEach(json.putObject("refs")::put);
    properties.forEach(json.putObject("properties")::put);
    ArrayNode definitions = JsonNodeFactory.instance.arrayNode();
    types.forEach(type -> definitions.addRawValue(new RawValue(DefinitionWriter.write(type))));
    json.set("definitions", definitions);
    views.forEach(json.putArray("views")::add);
    return json;
  }
}
