package io.bergview.projection.function;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Values at the edges, as values.golden says: an expression, its value, and what Spark SQL gives
 * the same value for, where that is another text, or {@code -} where it has no such thing. Run with
 * {@code -Dbergview.golden=write} to write the values anew, then read every difference; Spark's are
 * compared by FunctionsAgainstSparkTest.
 */
class FunctionValuesTest {
  private static final Path GOLDEN =
      Path.of("../projection/src/test/resources/io/bergview/projection/function/values.golden");

  @Test
  void valuesAreAsTheGoldenFileSays() throws IOException, SQLException {
    String golden = Files.readString(GOLDEN, StandardCharsets.UTF_8);
    List<String> lines = new ArrayList<>();
    try (ExampleRunner runner = new ExampleRunner()) {
      for (String line : golden.lines().toList()) {
        String[] parts = line.split(" => ", -1);
        lines.add(
            parts[0]
                + " => "
                + value(runner, parts[0])
                + (parts.length > 2 ? " => " + parts[2] : ""));
      }
    }
    String actual = String.join("\n", lines) + "\n";
    if ("write".equals(System.getProperty("bergview.golden"))) {
      Files.writeString(GOLDEN, actual, StandardCharsets.UTF_8);
    }
    assertThat(lines).hasSizeGreaterThan(200);
    assertThat(actual).isEqualTo(golden);
  }

  private static String value(ExampleRunner runner, String expression) {
    try {
      return expression.contains(" of ") ? runner.aggregate(expression) : runner.value(expression);
    } catch (SQLException e) {
      return "an error";
    }
  }
}
