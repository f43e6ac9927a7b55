package io.bergview.projection.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * The syntax trees of DuckDB, whose JSON is no contract of it: syntax.golden has queries, each
 * followed by its tree. Run with {@code -Dbergview.golden=write} to write the trees anew, then read
 * every difference: the binder reads what it shows.
 */
class SyntaxTreeTest {
  private static final Path GOLDEN =
      Path.of("../projection/src/test/resources/io/bergview/projection/syntax/syntax.golden");

  @Test
  void treesAreAsTheGoldenFileSays() throws IOException {
    String golden = Files.readString(GOLDEN, StandardCharsets.UTF_8);
    List<String> lines = new ArrayList<>();
    Set<String> kinds = new TreeSet<>();
    for (String line : golden.lines().filter(line -> !line.startsWith("=>")).toList()) {
      SyntaxNode tree = QueryParser.parse(line);
      lines.add(line);
      lines.add("=> " + tree.json());
      kinds(tree.json(), kinds);
    }
    String actual = String.join("\n", lines) + "\n";
    if ("write".equals(System.getProperty("bergview.golden"))) {
      Files.writeString(GOLDEN, actual, StandardCharsets.UTF_8);
    }
    assertThat(actual).isEqualTo(golden);
    assertThat(kinds)
        .contains(
            "SELECT_NODE",
            "SET_OPERATION_NODE",
            "COLUMN_REF",
            "CONSTANT",
            "CAST",
            "COMPARISON",
            "CONJUNCTION",
            "OPERATOR",
            "BETWEEN",
            "CASE",
            "FUNCTION",
            "SUBQUERY",
            "WINDOW",
            "STAR",
            "BASE_TABLE",
            "JOIN",
            "TABLE_FUNCTION",
            "DISTINCT_MODIFIER",
            "LIMIT_MODIFIER",
            "ORDER_MODIFIER");
  }

  private static void kinds(JsonNode node, Set<String> into) {
    for (String field : List.of("type", "class")) {
      if (node.path(field).isTextual()) {
        into.add(node.path(field).asText());
      }
    }
    node.forEach(child -> kinds(child, into));
  }
}
