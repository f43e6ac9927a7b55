package io.bergview.projection.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bergview.projection.text.Node.ListNode;
import io.bergview.projection.text.Node.MapNode;
import io.bergview.projection.text.Node.ScalarNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** JSON is JSON5, and a part of YAML: what Jackson writes, both parsers read alike. */
class RandomJsonTest {
  private static final JsonNodeFactory NODES = JsonNodeFactory.withExactBigDecimals(true);
  private static final int[] LETTERS =
      "ab \"'\\/\t\n{}[]:,#&*!|>%@`$.-0é名😀".codePoints().toArray();

  @Test
  void randomJsonReadsTheSameInBothFormats() throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    for (long seed = 1; seed <= 500; seed++) {
      ObjectNode tree = object(new Random(seed), 0);
      String text = mapper.writeValueAsString(tree);
      String pretty = mapper.writerWithDefaultPrettyPrinter().writeValueAsString(tree);
      for (String json : List.of(text, pretty)) {
        for (String file : List.of("a.json", "a.json5", "a.yaml")) {
          assertThat(json(DocumentReader.read(file, json).get(0)))
              .as("seed %d as %s: %s", seed, file, json)
              .isEqualTo(tree);
        }
      }
    }
  }

  private static ObjectNode object(Random random, int depth) {
    ObjectNode object = NODES.objectNode();
    for (int i = random.nextInt(5); i > 0; i--) {
      object.set(text(random), value(random, depth + 1));
    }
    return object;
  }

  private static JsonNode value(Random random, int depth) {
    return switch (random.nextInt(depth > 3 ? 4 : 6)) {
      case 0 -> NODES.numberNode(random.nextLong());
      case 1 -> NODES.numberNode(new BigDecimal(new BigInteger(90, random), random.nextInt(1, 30)));
      case 2 -> random.nextBoolean() ? NODES.nullNode() : NODES.booleanNode(random.nextBoolean());
      case 3 -> NODES.textNode(text(random));
      case 4 -> object(random, depth);
      default -> {
        ArrayNode array = NODES.arrayNode();
        for (int i = random.nextInt(5); i > 0; i--) {
          array.add(value(random, depth + 1));
        }
        yield array;
      }
    };
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(8); i > 0; i--) {
      text.appendCodePoint(LETTERS[random.nextInt(LETTERS.length)]);
    }
    return text.toString();
  }

  private static JsonNode json(Node node) {
    if (node instanceof MapNode map) {
      ObjectNode object = NODES.objectNode();
      map.entries().forEach(entry -> object.set(entry.key(), json(entry.value())));
      return object;
    } else if (node instanceof ListNode list) {
      ArrayNode array = NODES.arrayNode();
      list.items().forEach(item -> array.add(json(item)));
      return array;
    }
    Object value = ((ScalarNode) node).value();
    if (value instanceof String text) {
      return NODES.textNode(text);
    } else if (value instanceof Boolean bool) {
      return NODES.booleanNode(bool);
    } else if (value instanceof Long number) {
      return NODES.numberNode(number.longValue());
    } else if (value instanceof BigDecimal number) {
      return NODES.numberNode(number);
    }
    assertThat(value).isNull();
    return NODES.nullNode();
  }
}
