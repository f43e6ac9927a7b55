package io.bergview.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.errors.DefinitionProblem;
import io.bergview.errors.ErrorCode;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** docs/errors.md has every error code, in their order, and nothing else. */
class ErrorsPageTest {
  private static final Page PAGE = Page.of("docs/errors.md");

  @Test
  void everyCodeHasASectionAndEverySectionACode() {
    assertThat(PAGE.headingsOf(3))
        .containsExactlyElementsOf(Arrays.stream(ErrorCode.values()).map(Enum::name).toList());
  }

  @Test
  void everySectionSaysItsExitCodeAndShowsAMessage() throws Exception {
    String text = Files.readString(PAGE.file());
    for (ErrorCode code : ErrorCode.values()) {
      String section = text.substring(text.indexOf("### `" + code + "`"));
      section = section.substring(0, Math.max(0, (section + "\n##").indexOf("\n##")));
      assertThat(section)
          .contains("Exit code " + code.exitCode().number() + ".")
          .contains("error " + code + ": ");
    }
  }

  @Test
  void everyKindOfProblemIsInTheTableAndNoOther() throws Exception {
    List<String> kinds =
        Files.readAllLines(PAGE.file()).stream()
            .filter(line -> line.matches("\\| `[a-z_]+` \\|.*"))
            .map(line -> line.split("`")[1])
            .toList();
    assertThat(kinds)
        .containsExactlyElementsOf(
            Arrays.stream(DefinitionProblem.ProblemKind.values())
                .map(kind -> kind.name().toLowerCase(Locale.ROOT))
                .toList());
  }
}
