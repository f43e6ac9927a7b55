package io.bergview.projection.function;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The examples of all functions have the values that are documented. */
class FunctionExamplesTest {
  /** Gives the value of an example. */
  private interface Run {
    String of(ExampleRunner runner, String example) throws SQLException;
  }

  @Test
  void everyExampleHasItsValue() throws SQLException {
    List<String> wrong = new ArrayList<>();
    int examples = 0;
    try (ExampleRunner runner = new ExampleRunner()) {
      for (FunctionGroup group : Functions.all()) {
        Run run =
            switch (group.title()) {
              case "Aggregates" -> ExampleRunner::aggregate;
              case "Window functions" -> ExampleRunner::window;
              default -> ExampleRunner::value;
            };
        for (FunctionDocs function : group.functions()) {
          for (FunctionExample example : function.examples()) {
            examples++;
            String value = value(run, runner, example.sql());
            if (!value.equals(example.value())) {
              wrong.add(example.sql() + " is " + value + ", not " + example.value());
            }
          }
        }
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(examples).isGreaterThan(200);
  }

  private static String value(Run run, ExampleRunner runner, String example) {
    try {
      return run.of(runner, example);
    } catch (SQLException | RuntimeException e) {
      return "an error: " + e;
    }
  }
}
