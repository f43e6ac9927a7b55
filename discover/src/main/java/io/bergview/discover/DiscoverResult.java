package io.bergview.discover;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bergview.projection.definition.TableName;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the tables suggest.
 *
 * @param types of tables that had none
 * @param typed tables that have a type, which is left as it is, with the names of their types
 * @param suggestions by the name of an existing type: relations back, which it could have
 * @param unreadable tables that were passed over
 * @param written whether the files were written
 */
public record DiscoverResult(
    List<DiscoveredType> types,
    Map<TableName, List<String>> typed,
    Map<String, List<InverseProposal>> suggestions,
    List<UnreadableTable> unreadable,
    boolean written) {
  public DiscoverResult {
    types = List.copyOf(types);
    typed = Map.copyOf(typed);
    suggestions = new TreeMap<>(suggestions);
    unreadable = List.copyOf(unreadable);
  }

  DiscoverResult asWritten() {
    return new DiscoverResult(types, typed, suggestions, unreadable, true);
  }

  /** For machines; what is unreadable is not in it. */
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("written", written);
    ArrayNode found = json.putArray("types");
    types.forEach(type -> found.add(type.toJson()));
    ArrayNode kept = json.putArray("typed");
    typed.entrySet().stream()
        .sorted(Map.Entry.comparingByKey(java.util.Comparator.comparing(TableName::toString)))
        .forEach(
            entry -> {
              ObjectNode table = kept.addObject().put("table", entry.getKey().toString());
              entry.getValue().forEach(table.putArray("types")::add);
            });
    ArrayNode hints = json.putArray("suggestions");
    suggestions.forEach(
        (type, inverses) ->
            inverses.forEach(
                inverse -> {
                  ObjectNode hint = hints.addObject().put("type", type);
                  hint.setAll(inverse.toJson());
                }));
    return json;
  }
}
