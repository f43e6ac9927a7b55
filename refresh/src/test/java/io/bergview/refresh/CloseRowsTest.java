package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CloseRowsTest {
  @Test
  void lastDigitsMayDiffer() {
    assertThat(CloseRows.differences(List.of(row(0.1 + 0.2)), List.of(row(0.3)))).isEmpty();
    assertThat(CloseRows.differences(List.of(row(0.31)), List.of(row(0.3)))).hasSize(2);
  }

  @Test
  void anInfinityIsCloseToNoOtherNumber() {
    List<Double> odd =
        List.of(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, Double.NaN, 1.0, 2.0);
    for (double one : odd) {
      for (double other : odd) {
        assertThat(CloseRows.differences(List.of(row(one)), List.of(row(other))))
            .as("%s and %s", one, other)
            .hasSize(Double.compare(one, other) == 0 ? 0 : 2);
      }
    }
  }

  @Test
  void rowsMayStandInAnyOrder() {
    List<Map<String, @Nullable Object>> rows = new ArrayList<>();
    for (double value : new double[] {Double.NEGATIVE_INFINITY, -2.25, 2.875, 1, 1 + 1e-12}) {
      rows.add(row(value));
    }
    List<Map<String, @Nullable Object>> reversed = new ArrayList<>(rows);
    Collections.reverse(reversed);
    assertThat(CloseRows.differences(rows, reversed)).isEmpty();
  }

  private static Map<String, @Nullable Object> row(double value) {
    Map<String, @Nullable Object> row = new HashMap<>();
    row.put("key", value);
    row.put("nothing", null);
    return row;
  }
}
