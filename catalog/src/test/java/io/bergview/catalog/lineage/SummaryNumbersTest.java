package io.bergview.catalog.lineage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class SummaryNumbersTest {
  private static final Map<String, String> SUMMARY =
      Map.of("rows", "17", "text", "[{}]", "large", "99999999999999999999", "empty", "");

  @Test
  void whatIsNoNumberSaysNothing() {
    assertThat(SummaryNumbers.number(SUMMARY, "rows", -1)).isEqualTo(17);
    assertThat(SummaryNumbers.number(SUMMARY, "none", -1)).isEqualTo(-1);
    assertThat(SummaryNumbers.number(SUMMARY, "text", -1)).isEqualTo(-1);
    assertThat(SummaryNumbers.number(SUMMARY, "large", 5)).isEqualTo(5);
    assertThat(SummaryNumbers.number(SUMMARY, "empty", 0)).isZero();
  }

  @Test
  void invalidFilesAreDistinguishedFromMissingOnes() {
    assertThat(SummaryNumbers.isWrong(SUMMARY, "text")).isTrue();
    assertThat(SummaryNumbers.isWrong(SUMMARY, "rows")).isFalse();
    assertThat(SummaryNumbers.isWrong(SUMMARY, "none")).isFalse();
  }
}
