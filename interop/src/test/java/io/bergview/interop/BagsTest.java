package io.bergview.interop;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BagsTest {
  private static final ComparableRows ONE = answer(row("a", 1L, 0.1), row("b", null, Double.NaN));

  @SafeVarargs
  private static ComparableRows answer(List<@Nullable Object>... rows) {
    return new ComparableRows(List.of("s", "n", "d"), List.of(), List.of(rows));
  }

  private static List<@Nullable Object> row(@Nullable Object... values) {
    return Arrays.asList(values);
  }

  private static void assertDiffer(ComparableRows other) {
    assertThatThrownBy(() -> Bags.assertSame("one", ONE, "other", other))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void orderAndRoundingDoNotMatter() {
    ComparableRows other = answer(row("b", null, Double.NaN), row("a", 1L, 0.1 + 1e-16));
    assertThatCode(() -> Bags.assertSame("one", ONE, "other", other)).doesNotThrowAnyException();
  }

  @Test
  void whatRowsHoldAndHowOftenMatters() {
    assertDiffer(answer(row("a", 1L, 0.1)));
    assertDiffer(answer(row("a", 1L, 0.1), row("b", null, Double.NaN), row("b", null, Double.NaN)));
    assertDiffer(answer(row("a", 1L, 0.1), row("a", 1L, 0.1)));
    assertDiffer(answer(row("a", 1L, 0.1000001), row("b", null, Double.NaN)));
    assertDiffer(answer(row("a", 1L, Double.POSITIVE_INFINITY), row("b", null, Double.NaN)));
    assertDiffer(answer(row("a", 1L, 0.1), row("b", null, null)));
    assertDiffer(answer(row("a", 1, 0.1), row("b", null, Double.NaN)));
    assertDiffer(answer(row("a", new BigDecimal("1"), 0.1), row("b", null, Double.NaN)));
  }

  @Test
  void namesAndTypesMatter() {
    assertDiffer(new ComparableRows(List.of("s", "n", "e"), List.of(), ONE.rows()));
    ComparableRows typed =
        new ComparableRows(ONE.columns(), List.of("string", "bigint", "double"), ONE.rows());
    ComparableRows otherwise =
        new ComparableRows(ONE.columns(), List.of("string", "int", "double"), ONE.rows());
    assertThatThrownBy(() -> Bags.assertSame("one", typed, "other", otherwise))
        .hasMessageContaining("bigint");
  }

  @Test
  void bitwiseComparisonDistinguishesTheZeros() {
    ComparableRows zero = answer(row("a", 1L, 0.0));
    ComparableRows negative = answer(row("a", 1L, -0.0));
    assertThatCode(() -> Bags.assertSame("one", zero, "other", negative))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> Bags.assertSame("one", zero.bitByBit(), "other", negative.bitByBit()))
        .isInstanceOf(AssertionError.class);
  }
}
