package io.bergview.projection.definition;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bergview.projection.text.Node;
import io.bergview.projection.text.Node.ListNode;
import io.bergview.projection.text.Node.MapNode;
import io.bergview.projection.text.Node.ScalarNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The documents under src/test/resources, and the golden files beside them. */
final class Corpus {
  private static final Path ROOT =
      Path.of("../projection/src/test/resources/io/bergview/projection/definition");
  private static final Path ACTUAL = Path.of("target/golden");

  private Corpus() {}

  static List<Path> documents(String folder) {
    try (Stream<Path> files = Files.list(ROOT.resolve(folder))) {
      return files.filter(file -> !file.toString().endsWith(".golden")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What was found is left where it can be compared and copied from. */
  static void assertGolden(Path document, List<String> lines) {
    Path golden = document.resolveSibling(document.getFileName() + ".golden");
    Path actual = ACTUAL.resolve(ROOT.relativize(golden));
    String text = String.join("\n", lines) + "\n";
    try {
      Files.createDirectories(actual.getParent());
      Files.writeString(actual, text);
      assertThat(Files.exists(golden) ? Files.readString(golden) : "")
          .as("%s; if %s is right, copy it there", golden, actual)
          .isEqualTo(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A document as the JSON Schema validator takes it. */
  static JsonNode json(Node node) {
    if (node instanceof MapNode map) {
      ObjectNode object = Literals.NODES.objectNode();
      map.entries().forEach(entry -> object.set(entry.key(), json(entry.value())));
      return object;
    }
    if (node instanceof ListNode list) {
      ArrayNode array = Literals.NODES.arrayNode();
      list.items().forEach(item -> array.add(json(item)));
      return array;
    }
    return Literals.node(((ScalarNode) node).value());
  }
}
