package io.bergview.refresh.define;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.bergview.catalog.view.StoredDefinition;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** What differs between two stored definitions, key by key of their canonical text. */
final class DefinitionDifferences {
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();
  private static final int LONGEST_VALUE = 80;

  private DefinitionDifferences() {}

  static List<String> of(StoredDefinition before, StoredDefinition after) {
    List<String> differences = new ArrayList<>();
    JsonNode old = parse(before);
    JsonNode now = parse(after);
    compare("", old.path("view"), now.path("view"), differences);
    compare("type ", old.path("types"), now.path("types"), differences);
    compare("columns of ", old.path("sources"), now.path("sources"), differences);
    return differences;
  }

  private static JsonNode parse(StoredDefinition definition) {
    try {
      return JSON.readTree(definition.toJson());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the canonical text is JSON", e);
    }
  }

  private static void compare(String what, JsonNode old, JsonNode now, List<String> differences) {
    TreeSet<String> keys = new TreeSet<>();
    old.fieldNames().forEachRemaining(keys::add);
    now.fieldNames().forEachRemaining(keys::add);
    for (String key : keys) {
      JsonNode before = old.get(key);
      JsonNode after = now.get(key);
      if (before == null) {
        differences.add("+ " + what + key + ": " + shown(after));
      } else if (after == null) {
        differences.add("- " + what + key + ": " + shown(before));
      } else if (!before.equals(after)) {
        differences.add("~ " + what + key + ": " + shown(before) + " -> " + shown(after));
      }
    }
  }

  private static String shown(JsonNode value) {
    String text = String.valueOf(value);
    return text.length() <= LONGEST_VALUE ? text : text.substring(0, LONGEST_VALUE - 3) + "...";
  }
}
