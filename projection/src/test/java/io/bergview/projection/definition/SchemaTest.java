package io.bergview.projection.definition;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Holds the published JSON Schema against the tables that the parsers read by. */
class SchemaTest {
  private static final String RESOURCE = "/io/bergview/projection/definition.schema.json";

  static String text() {
    try (InputStream in = SchemaTest.class.getResourceAsStream(RESOURCE)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where the schema names keys, and which. */
  private static Map<String, Collection<String>> keys() {
    Map<String, Collection<String>> keys = new LinkedHashMap<>();
    keys.put("entityType", Vocabulary.TYPE_KEYS);
    keys.put("view", Vocabulary.VIEW_KEYS);
    keys.put("predicate", Vocabulary.LOGICAL);
    keys.put("operators", Vocabulary.FIELD_OPERATORS);
    keys.put("expression", Vocabulary.EXPRESSIONS);
    keys.put("sqlValue", List.of("$expr"));
    keys.put("cond", Vocabulary.COND_KEYS);
    keys.put("aggregate", with(Vocabulary.AGGREGATES.keySet(), List.of("$orderBy")));
    keys.put("namedGroupKey", with(Vocabulary.UNITS.keySet(), Vocabulary.GROUP_KEYS));
    keys.put("unnest", Vocabulary.UNNEST_KEYS);
    keys.put("join", Vocabulary.JOIN_KEYS);
    keys.put("top", Vocabulary.TOP_KEYS);
    keys.put("refresh", Vocabulary.REFRESH_KEYS);
    keys.put(
        "partitionTransform",
        with(
            with(Vocabulary.TIME_TRANSFORMS.keySet(), Vocabulary.WIDTH_TRANSFORMS.keySet()),
            List.of("of")));
    return keys;
  }

  /** Where the schema lists words, and which. */
  private static Map<String, Collection<String>> words() {
    Map<String, Collection<String>> words = new LinkedHashMap<>();
    words.put("/$defs/mode", Vocabulary.MODES.keySet());
    words.put("/$defs/eventType", Vocabulary.EVENT_TYPES.keySet());
    words.put("/$defs/direction", Vocabulary.DIRECTIONS.keySet());
    words.put("/$defs/refresh/properties/strategy", Vocabulary.STRATEGIES.keySet());
    words.put("/$defs/refresh/properties/policy", Vocabulary.POLICIES.keySet());
    words.put("/$defs/join/properties/$kind", Vocabulary.JOIN_KINDS.keySet());
    words.put("/$defs/top/properties/ties", Vocabulary.TIES.keySet());
    words.put("/$defs/view/properties/$projection", Vocabulary.PROJECTIONS.keySet());
    return words;
  }

  private static List<String> with(Collection<String> first, Collection<String> second) {
    List<String> all = new ArrayList<>(first);
    all.addAll(second);
    return all;
  }

  @Test
  void theSchemaIsWhatTheVocabularySays() throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode regenerated = (ObjectNode) mapper.readTree(text());
    keys()
        .forEach(
            (definition, keys) -> {
              ObjectNode properties =
                  (ObjectNode) regenerated.at("/$defs/" + definition + "/properties");
              Set<String> known = new TreeSet<>(with(keys, Vocabulary.FREE_TEXT));
              properties.retain(known);
              known.stream()
                  .filter(key -> !properties.has(key))
                  .forEach(key -> properties.putObject(key).put("description", "undescribed"));
            });
    words()
        .forEach(
            (pointer, words) -> {
              ObjectNode place = (ObjectNode) regenerated.at(pointer);
              place.remove("enum");
              words.forEach(place.withArray("enum")::add);
            });
    Path file = Path.of("target/definition.schema.json");
    Files.writeString(
        file, mapper.writerWithDefaultPrettyPrinter().writeValueAsString(regenerated) + "\n");
    assertThat(mapper.readTree(text()))
        .as("the schema differs from the vocabulary; regenerated as %s", file)
        .isEqualTo(regenerated);
  }

  @Test
  void alternativesNameEveryKey() throws IOException {
    JsonNode schema = new ObjectMapper().readTree(text());
    List<String> viewOnly = new ArrayList<>(Vocabulary.VIEW_KEYS);
    viewOnly.removeAll(Vocabulary.TYPE_KEYS);
    assertThat(required(schema.at("/$defs/definition/if/anyOf")))
        .containsExactlyElementsOf(viewOnly);
    assertThat(required(schema.at("/$defs/operators/anyOf")))
        .containsExactlyInAnyOrderElementsOf(Vocabulary.FIELD_OPERATORS);
    assertThat(required(schema.at("/$defs/expression/oneOf")))
        .containsExactlyInAnyOrderElementsOf(Vocabulary.EXPRESSIONS);
    assertThat(required(schema.at("/$defs/aggregate/oneOf")))
        .containsExactlyElementsOf(Vocabulary.AGGREGATES.keySet());
    assertThat(required(schema.at("/$defs/namedGroupKey/oneOf")))
        .containsExactlyInAnyOrderElementsOf(
            with(Vocabulary.UNITS.keySet(), List.of("path", "$expr")));
  }

  @Test
  void everyKeyIsDescribedForCompletion() throws IOException {
    JsonNode schema = new ObjectMapper().readTree(text());
    for (String definition : keys().keySet()) {
      JsonNode properties = schema.at("/$defs/" + definition + "/properties");
      properties
          .properties()
          .forEach(
              property -> {
                JsonNode node = property.getValue();
                JsonNode target = schema.at(node.path("$ref").asText("").replaceFirst("^#", ""));
                assertThat(node.hasNonNull("description") || target.hasNonNull("description"))
                    .as("%s of %s has a description", property.getKey(), definition)
                    .isTrue();
              });
    }
  }

  private static List<String> required(JsonNode alternatives) {
    List<String> required = new ArrayList<>();
    alternatives.forEach(one -> required.add(one.at("/required/0").asText()));
    return required;
  }
}
