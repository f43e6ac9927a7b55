package io.bergview.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class TextTableTest {
  @Test
  void onlyCellsThatDoNotFitTheTerminalAreCut() {
    TextTable table = TextTable.of("short", "long");
    table.add("abc", "x".repeat(300));
    assertThat(table.boxed(OptionalInt.of(60)).lines())
        .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(60))
        .anySatisfy(line -> assertThat(line).contains("| abc   | xxx"));
    assertThat(table.boxed(OptionalInt.empty())).contains("x".repeat(300));
    assertThat(table.boxed(OptionalInt.of(400))).contains("x".repeat(300));
  }

  @Test
  void controlCharactersAreShownAndNotSent() {
    TextTable table = TextTable.of("a\u001b[31m");
    table.add("line\nbreak\ttab\u001b]0;title\u0007\u009b");
    assertThat(table.plain())
        .contains("a\\u001b[31m", "line\\nbreak\\ttab\\u001b]0;title\\u0007\\u009b")
        .hasLineCount(2)
        .doesNotContainPattern("[\\p{Cntrl}&&[^\\n]]");
  }

  @Test
  void numbersStandOnTheRight() {
    TextTable table =
        new TextTable(
            List.of(new TextTable.Heading("NAME", false), new TextTable.Heading("N", true)));
    table.add("a", "1");
    table.add("bb", "100");
    assertThat(table.plain()).isEqualTo(" NAME    N\n a       1\n bb    100");
  }

  @Test
  void aTableWithoutRowsHasItsHead() {
    assertThat(TextTable.of("a", "b").boxed(OptionalInt.of(20))).contains("| a | b |");
  }
}
