package io.bergview.docs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bergview.projection.definition.DefinitionReader;
import java.io.InputStream;
import java.util.Set;
import java.util.TreeSet;

/** Every word that the JSON Schema knows as a key of a definition. */
final class DefinitionKeys {
  private DefinitionKeys() {}

  static Set<String> all() throws Exception {
    Set<String> keys = new TreeSet<>();
    try (InputStream schema =
        DefinitionReader.class.getResourceAsStream(
            "/io/bergview/projection/definition.schema.json")) {
      collect(new ObjectMapper().readTree(schema), keys);
    }
    return keys;
  }

  private static void collect(JsonNode node, Set<String> keys) {
    node.path("properties").fieldNames().forEachRemaining(keys::add);
    node.forEach(child -> collect(child, keys));
  }
}
