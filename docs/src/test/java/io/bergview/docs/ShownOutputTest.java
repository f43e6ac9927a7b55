package io.bergview.docs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What compares the pages with the product must itself be able to fail. */
class ShownOutputTest {
  private static boolean fits(String shown, String actual) {
    return new ShownOutput(shown.lines().toList()).mismatch(actual.lines().toList()).isEmpty();
  }

  @Test
  void equalLinesFitAndOthersDoNot() {
    assertThat(fits("a\nb", "a\nb")).isTrue();
    assertThat(fits("a\nb", "a\nc")).isFalse();
    assertThat(fits("a", "a\nb")).isFalse();
    assertThat(fits("a\nb", "a")).isFalse();
    assertThat(fits("12 rows", "13 rows")).isFalse();
  }

  @Test
  void dotsStandForAnyLinesAndAnyText() {
    assertThat(fits("a\n...\nd", "a\nb\nc\nd")).isTrue();
    assertThat(fits("a\n...\nd", "a\nd")).isTrue();
    assertThat(fits("a\n...\nd", "a\nb\nc")).isFalse();
    assertThat(fits("...", "")).isTrue();
    assertThat(fits("a ... c", "a b c")).isTrue();
    assertThat(fits("... c", "a b c")).isTrue();
    assertThat(fits("a ... c", "a b d")).isFalse();
    assertThat(fits("a.c", "abc")).isFalse();
  }

  @Test
  void idsTimesAndWidthsDoNotCount() {
    assertThat(fits("snapshot 6091226271801764449", "snapshot  7337006416181404908")).isTrue();
    assertThat(fits("at 2026-01-01T00:00:00Z", "at 2027-05-06T01:02:03.123Z")).isTrue();
    assertThat(fits("took 0.4 s", "took 12.0 s")).isTrue();
    assertThat(fits("3 seconds ago", "1 minute ago")).isTrue();
    assertThat(fits("+----+", "+---------+")).isTrue();
    assertThat(fits("4 rows", "5 rows")).isFalse();
  }
}
