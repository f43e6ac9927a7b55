package io.bergview.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.projection.function.FunctionDocs;
import io.bergview.projection.function.FunctionExample;
import io.bergview.projection.function.FunctionGroup;
import io.bergview.projection.function.Functions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * docs/functions.md is what the registry says, below the heading {@code Reference}. Run with {@code
 * -Dbergview.golden=write} to write it anew.
 */
class FunctionsPageTest {
  private static final Path FILE = Page.ROOT.resolve("docs/functions.md");
  private static final String REFERENCE = "## Reference\n";

  @Test
  void thePageIsWhatTheRegistrySays() throws IOException {
    String page = Files.readString(FILE);
    String introduction = page.substring(0, page.indexOf(REFERENCE));
    String expected =
        introduction
            + REFERENCE
            + Functions.all().stream()
                .map(FunctionsPageTest::section)
                .collect(Collectors.joining());
    if ("write".equals(System.getProperty("bergview.golden"))) {
      Files.writeString(FILE, expected);
    }
    assertThat(page).isEqualTo(expected);
  }

  private static String section(FunctionGroup group) {
    return "\n### "
        + group.title()
        + "\n\n| function | what it gives | example |\n|---|---|---|\n"
        + group.functions().stream()
            .map(FunctionsPageTest::row)
            .collect(Collectors.joining("\n", "", "\n"));
  }

  private static String row(FunctionDocs function) {
    List<String> others = function.names().subList(1, function.names().size());
    return "| "
        + function.signatures().stream()
            .map(FunctionsPageTest::code)
            .collect(Collectors.joining("<br>"))
        + " | "
        + function.description().replace("|", "\\|")
        + (others.isEmpty()
            ? ""
            : " Also "
                + others.stream().map(FunctionsPageTest::code).collect(Collectors.joining(", "))
                + ".")
        + " | "
        + function.examples().stream()
            .map(FunctionsPageTest::example)
            .collect(Collectors.joining("<br>"))
        + " |";
  }

  private static String example(FunctionExample example) {
    return code(example.sql() + " → " + (example.value().isEmpty() ? "''" : example.value()));
  }

  private static String code(String text) {
    return "`" + text.replace("|", "\\|") + "`";
  }
}
