package io.bergview.cli.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.bergview.projection.text.DocumentReader;
import io.bergview.projection.text.Node;
import io.bergview.projection.text.Node.MapNode;
import io.bergview.projection.text.Node.ScalarNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Good definitions: those of the documentation and those that the reader's own tests read. */
final class DefinitionCorpus {
  private static final Path DOCS = Path.of("../docs");
  private static final Path READER =
      Path.of("../projection/src/test/resources/io/bergview/projection/definition/good");
  private static final Pattern FENCE =
      Pattern.compile("```(ya?ml|json5?)\\n(.*?)```", Pattern.DOTALL);

  private DefinitionCorpus() {}

  /** The definitions of a page, in order. */
  static List<Node> page(String name) {
    List<Node> found = new ArrayList<>();
    Matcher fence = FENCE.matcher(text(DOCS.resolve(name)));
    while (fence.find()) {
      for (Node node : DocumentReader.read("page." + fence.group(1), fence.group(2))) {
        if (name(node) != null) {
          found.add(node);
        }
      }
    }
    return found;
  }

  /** The blocks {@code text table NAMESPACE.NAME} of a page: name to the line of columns. */
  static Map<String, String> tables(String page) {
    Map<String, String> tables = new LinkedHashMap<>();
    Matcher fence =
        Pattern.compile("```text table (\\S+)\\n(.*?)\\n").matcher(text(DOCS.resolve(page)));
    while (fence.find()) {
      tables.put(fence.group(1), fence.group(2));
    }
    return tables;
  }

  /** What the reader's own tests read. */
  static List<Node> ofTheReader() {
    try (Stream<Path> files = Files.list(READER)) {
      List<Node> found = new ArrayList<>();
      for (Path file : files.filter(f -> !f.toString().endsWith(".golden")).sorted().toList()) {
        found.addAll(DocumentReader.read(file));
      }
      return found;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The value of {@code $type}; null where there is none. */
  static String name(Node node) {
    return string(node, "$type");
  }

  static String string(Node node, String key) {
    return node instanceof MapNode map
            && map.get(key).orElse(null) instanceof ScalarNode scalar
            && scalar.value() instanceof String text
        ? text
        : null;
  }

  private static String text(Path file) {
    try {
      return new String(Files.readAllBytes(file), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
