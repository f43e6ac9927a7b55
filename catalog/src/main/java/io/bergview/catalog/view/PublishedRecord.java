package io.bergview.catalog.view;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bergview.projection.definition.ColumnPath;
import io.bergview.projection.definition.TableName;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the properties of a view's table say of its published view.
 *
 * <pre>{@code
 * bergview.published = {"format": 1, "view": "shop.revenue", "table": "shop_views.daily_revenue",
 *                       "columns": 2}
 * bergview.unpublish = ["shop.turnover"]
 * }</pre>
 *
 * <p>{@code columns} is the id of the table's schema. A version of Bergview that publishes
 * otherwise has another format, so that it publishes again.
 */
final class PublishedRecord {
  private static final int FORMAT = 1;
  private static final ObjectMapper JSON = new ObjectMapper();

  private PublishedRecord() {}

  /** What {@code bergview.published} is once the view is published as it is now; null for not. */
  static @Nullable String of(RegisteredView view) {
    return view.definition()
        .view()
        .publish()
        .map(
            name -> {
              ObjectNode json = JSON.createObjectNode().put("format", FORMAT);
              json.put("view", name.toString());
              json.put("table", PublishedViews.plain(view.tableName()).toString());
              json.put("columns", view.table().schema().schemaId());
              return json.toString();
            })
        .orElse(null);
  }

  /** The names that earlier definitions had, as far as nothing says that they are gone. */
  static List<TableName> former(Map<String, String> properties) {
    Set<TableName> names = new LinkedHashSet<>();
    parse(properties.get(ViewProperties.UNPUBLISH)).forEach(name -> add(name, names));
    add(parse(properties.get(ViewProperties.PUBLISHED)).path("view"), names);
    return List.copyOf(names);
  }

  /** All names under which something may be published. */
  static List<TableName> all(Map<String, String> properties) {
    Set<TableName> names = new LinkedHashSet<>(former(properties));
    add(declared(properties), names);
    return List.copyOf(names);
  }

  /**
   * The property {@code bergview.unpublish} of a table that gets another definition.
   *
   * @param properties of the table before
   * @param next {@code $publish} of that definition
   */
  static Optional<String> unpublish(Map<String, String> properties, Optional<TableName> next) {
    ArrayNode names = JSON.createArrayNode();
    all(properties).stream()
        .filter(name -> !next.equals(Optional.of(name)))
        .forEach(name -> names.add(name.toString()));
    return names.isEmpty() ? Optional.empty() : Optional.of(names.toString());
  }

  /** As the stored definition has it, which may be damaged elsewhere. */
  private static JsonNode declared(Map<String, String> properties) {
    return parse(properties.get(ViewProperties.DEFINITION)).at("/view/$publish");
  }

  private static JsonNode parse(@Nullable String text) {
    try {
      return text == null ? JSON.missingNode() : JSON.readTree(text);
    } catch (JsonProcessingException damaged) {
      return JSON.missingNode();
    }
  }

  private static void add(JsonNode name, Set<TableName> names) {
    if (name.isTextual()) {
      try {
        names.add(TableName.of(ColumnPath.parse(name.asText(), ""), Set.of()));
      } catch (IllegalArgumentException damaged) {
        // Nothing is published under what is no name.
      }
    }
  }
}
