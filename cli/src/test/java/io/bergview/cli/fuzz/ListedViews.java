package io.bergview.cli.fuzz;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.List;

/** What {@code listViews --json} says. */
final class ListedViews {
  private ListedViews() {}

  static List<String> names(String json) {
    List<String> names = new ArrayList<>();
    try {
      for (JsonNode view : JsonMapper.builder().build().readTree(json)) {
        names.add(view.path("view").asText());
      }
    } catch (JsonProcessingException e) {
      throw new AssertionError("no JSON: " + json, e);
    }
    return names;
  }
}
