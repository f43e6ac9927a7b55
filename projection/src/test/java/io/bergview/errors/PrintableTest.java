package io.bergview.errors;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PrintableTest {
  @Test
  void whatATerminalObeysOrReordersIsEscaped() {
    assertThat(Printable.line("a\u001b[2J\u0007\u009b1m\u202eb\u2066\u200f\u2028\n\r\t\0\ud800z"))
        .isEqualTo(
            "a\\u001b[2J\\u0007\\u009b1m\\u202eb\\u2066\\u200f\\u2028\\n\\r\\t\\u0000\\ud800z");
    assertThat(Printable.line("Zürich 東京 😀 don't")).isEqualTo("Zürich 東京 😀 don't");
  }

  @Test
  void joinersWithinEmojiAndWordsStayAndOthersAreEscaped() {
    for (String text :
        new String[] {
          "\ud83d\udc68\u200d\ud83d\udc69\u200d\ud83d\udc67",
          "\u2764\ufe0f\u200d\ud83d\udd25",
          "\u0646\u0645\u06cc\u200c\u062e"
        }) {
      assertThat(Printable.line(text)).isEqualTo(text);
      assertThat(Printable.cell(text)).isEqualTo(text);
    }
    assertThat(Printable.line("\u200da \u200c\ufeff")).isEqualTo("\\u200da \\u200c\\ufeff");
    assertThat(Printable.cell("a\u202eb\u2028")).isEqualTo("a\\u202eb\\u2028");
  }

  @Test
  void aLongValueInQuotesIsCutAndWhatFollowsIsKept() {
    String said = Printable.line("There is no view '" + "x".repeat(100_000) + "'; try 'apply'");
    assertThat(said).hasSizeLessThan(400).startsWith("There is no view 'xxx");
    assertThat(said).endsWith("... (100000 characters)'; try 'apply'");
  }

  @Test
  void aMessageIsBoundedHoweverLongItIs() {
    String said = Printable.line("\u001b".repeat(100_000));
    assertThat(said).hasSizeLessThan(4_200).endsWith("characters in all)");
  }

  @Test
  void failuresAreReportedInPrintableText() {
    Failure.Shown known =
        shown(new UsageException(ErrorCode.USAGE, "no '\u001b[31m" + "y".repeat(9_000) + "'"));
    assertThat(known.message()).startsWith("no '\\u001b[31m").hasSizeLessThan(400);
    Failure.Shown unknown = shown(new IllegalStateException("x\nerror OK: forged"));
    assertThat(unknown.message()).contains("x\\nerror OK").doesNotContain("\n");
    Failure.Shown definition =
        shown(
            new DefinitionException(
                new DefinitionProblem(
                    DefinitionProblem.ProblemKind.SYNTAX,
                    "a\u001bb",
                    "$x\n",
                    1,
                    1,
                    "no '\u202e'")));
    assertThat(definition.message()).isEqualTo("a\\u001bb:1:1: $x\\n: no '\\u202e'");
    assertThat(definition.problems().get(0).at()).isEqualTo("$x\\n");
  }

  private static Failure.Shown shown(Throwable failure) {
    return Failure.of(failure).shown(text -> text);
  }
}
