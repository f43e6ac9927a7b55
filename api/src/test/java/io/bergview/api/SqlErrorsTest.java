package io.bergview.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.errors.BergviewException;
import io.bergview.errors.DefinitionException;
import io.bergview.errors.DefinitionProblem;
import io.bergview.fixtures.RandomQueryTables;
import io.bergview.projection.definition.SqlText;
import io.bergview.query.FindQuery;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is said of views in SQL that cannot be: errors.golden has queries, each followed by the kind
 * of its problem, the line and column in the file, and the message, which has the place in the
 * query. Run with {@code -Dbergview.golden=write} to write these anew, then read every difference.
 */
class SqlErrorsTest {
  private static final Path GOLDEN =
      Path.of("../api/src/test/resources/io/bergview/api/errors.golden");

  @TempDir Path folder;
  private Bergview bergview;

  @BeforeEach
  void open() {
    bergview = Projects.create(folder, "settings: {memory-limit: 512MiB, threads: 2}\n", Map.of());
    Catalog catalog = bergview.catalog("lake");
    ((SupportsNamespaces) catalog).createNamespace(Namespace.of("s"));
    new RandomQueryTables(catalog, new Random(3));
  }

  @AfterEach
  void close() {
    bergview.close();
  }

  @Test
  void problemsAreNamedWithTheirPlaces() throws IOException {
    String golden = Files.readString(GOLDEN, StandardCharsets.UTF_8);
    StringBuilder actual = new StringBuilder();
    List<String> query = new ArrayList<>();
    for (String line : golden.lines().toList()) {
      if (line.startsWith("=>")) {
        String sql = String.join("\n", query);
        actual.append(sql).append("\n=> ").append(problem(sql)).append('\n');
        query.clear();
      } else {
        query.add(line);
      }
    }
    if ("write".equals(System.getProperty("bergview.golden"))) {
      Files.writeString(GOLDEN, actual, StandardCharsets.UTF_8);
    }
    assertThat(actual.toString()).isEqualTo(golden);
    assertThat(bergview.listViews().views()).isEmpty();
  }

  private String problem(String sql) {
    Path file = folder.resolve("View.yaml");
    Projects.write(file, "$type: View\n$sql: |\n" + sql.indent(2));
    try {
      bergview.define(file);
      return "is a view";
    } catch (DefinitionException e) {
      DefinitionProblem problem = e.problems().get(0);
      assertThat(e.problems()).hasSize(1);
      return "%s %d:%d %s"
          .formatted(problem.kind(), problem.line(), problem.column(), problem.message());
    }
  }

  @Test
  void aSubqueryThatIsAValueHasAtMostOneRow() {
    assertThatThrownBy(
            () ->
                Projects.rows(
                    bergview.find(
                        FindQuery.select(
                            SqlText.of(
                                "SELECT x, (SELECT 1 FROM (VALUES (1), (2)) v) AS other FROM"
                                    + " (VALUES (1)) w(x)")))))
        .isInstanceOf(BergviewException.class)
        .hasMessageContaining("a subquery that is a value has more than one row");
  }
}
