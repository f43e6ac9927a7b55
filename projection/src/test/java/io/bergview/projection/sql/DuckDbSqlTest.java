package io.bergview.projection.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.errors.DefinitionException;
import io.bergview.projection.plan.PlanPrinter;
import io.bergview.projection.plan.ResolvedView;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Definitions over a small shop: the plan, the key, the hidden state and the rows of each, or its
 * error, as views.golden says. Run with {@code -Dbergview.golden=write} to write the file anew,
 * then read every difference.
 */
class DuckDbSqlTest {
  private static final Path GOLDEN =
      Path.of("../projection/src/test/resources/io/bergview/projection/sql/views.golden");

  @Test
  void plansAndRowsAreAsTheGoldenFileSays() throws IOException, SQLException {
    String golden = Files.readString(GOLDEN, StandardCharsets.UTF_8);
    List<String> blocks = new ArrayList<>();
    try (SampleTables shop = new SampleTables()) {
      for (String block : golden.split("\n=====\n")) {
        String definition = block.substring(0, block.indexOf("\n--\n"));
        blocks.add(definition + "\n--\n" + outcome(shop, definition));
      }
    }
    String actual = String.join("\n=====\n", blocks) + "\n";
    if ("write".equals(System.getProperty("bergview.golden"))) {
      Files.writeString(GOLDEN, actual, StandardCharsets.UTF_8);
    }
    assertThat(blocks).hasSizeGreaterThan(25);
    assertThat(actual).isEqualTo(golden);
  }

  @Test
  void aKeyThatOccursTwiceIsFoundOnlyWhereARowRefersToIt() throws SQLException {
    try (SampleTables shop = new SampleTables()) {
      ResolvedView view =
          shop.resolve(
              "$type: V\n"
                  + "$from: Order\n"
                  + "$filter: {id: 2}\n"
                  + "$expand: [items.product.category, customer]");
      assertThat(view.checks())
          .extracting(check -> check.path())
          .containsExactlyInAnyOrder("items.product", "items.product.category", "customer");
      shop.execute("INSERT INTO \"Customer\" (c1) VALUES (11), (NULL), (NULL)");
      shop.execute("INSERT INTO \"Category\" (c1) VALUES (2)");
      assertThat(shop.duplicates(check(view, "customer"))).isEmpty();
      assertThat(shop.duplicates(check(view, "items.product.category"))).containsExactly("2");
      shop.execute("INSERT INTO \"Customer\" (c1) VALUES (10)");
      assertThat(shop.duplicates(check(view, "customer"))).containsExactly("10");
    }
  }

  private static io.bergview.projection.plan.UniqueCheck check(ResolvedView view, String path) {
    return view.checks().stream()
        .filter(check -> check.path().equals(path))
        .findFirst()
        .orElseThrow();
  }

  private static String outcome(SampleTables shop, String definition) throws SQLException {
    try {
      ResolvedView view = shop.resolve(definition);
      return PlanPrinter.print(view.plan())
          + "key "
          + view.key()
          + "\nstate "
          + view.state().map(state -> state.type().toString()).orElse("none")
          + "\n"
          + String.join("\n", shop.run(definition));
    } catch (DefinitionException e) {
      return e.problems().get(0).kind() + " " + e.getMessage();
    }
  }
}
