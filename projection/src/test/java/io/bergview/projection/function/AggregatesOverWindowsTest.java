package io.bergview.projection.function;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Aggregates over the rows 1, 2, 2 of x, each with those before it and its peers. */
class AggregatesOverWindowsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "count(*) | 1, 3, 3",
        "count(x) | 1, 3, 3",
        "approx_count_distinct(x) | 1, 2, 2",
        "count_if(x > 1) | 0, 2, 2",
        "sum(x) | 1, 5, 5",
        "sum(x * 1.5) | 1.5, 7.5, 7.5",
        "avg(x) | 1.0, 1.6666666666666667, 1.6666666666666667",
        "min(x) | 1, 1, 1",
        "max(x) | 1, 2, 2",
        "any_value(x) | 1, 1, 1",
        "bool_and(x > 1) | false, false, false",
        "bool_or(x > 1) | false, true, true",
        "var_pop(x) | 0.0, 0.2222222222222222, 0.2222222222222222",
        "stddev(x) | NULL, 0.5773502691896257, 0.5773502691896257",
        "string_agg(concat(x, ''), '-') | 1, 1-2-2, 1-2-2",
        "array_agg(x) | [1], [1, 2, 2], [1, 2, 2]",
        "median(x) | 1.0, 2.0, 2.0",
        "quantile_cont(x, 0.25) | 1.0, 1.5, 1.5",
        "quantile_disc(x, 0.5) | 1, 2, 2",
        "mode(x) | 1, 2, 2",
        "first(x) | 1, 1, 1",
        "last(x) | 1, 2, 2",
        "min_by(x, -x) | 1, 2, 2",
        "max_by(x, -x) | 1, 1, 1",
        "product(x) | 1.0, 4.0, 4.0",
        "covar_pop(x, x) | 0.0, 0.2222222222222222, 0.2222222222222222",
        "bit_or(x) | 1, 3, 3",
        "lag(x, 1, 0) | 0, 1, 2",
        "lag(x, 2) | NULL, NULL, 1",
        "lead(x, 1, 1.5) | 2.0, 2.0, 1.5",
        "ntile(2) | 1, 1, 2",
        "nth_value(x, 1) | 1, 1, 1",
      })
  void valuesAreThoseOfTheFrame(String call, String values) throws SQLException {
    try (ExampleRunner runner = new ExampleRunner()) {
      assertThat(runner.window(call)).isEqualTo(values);
    }
  }
}
