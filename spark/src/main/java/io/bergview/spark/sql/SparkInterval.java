package io.bergview.spark.sql;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * A span of time while a form is written: it is never a value by itself.
 *
 * @param months Spark SQL of a whole number; empty for none
 * @param days as months
 * @param micros as months
 */
record SparkInterval(String months, String days, String micros) {
  private static final Map<String, Long> MICROS =
      Map.of(
          "to_hours", 3_600_000_000L,
          "to_minutes", 60_000_000L,
          "to_seconds", 1_000_000L,
          "to_milliseconds", 1_000L,
          "to_microseconds", 1L);
  private static final Map<String, Integer> MONTHS =
      Map.of("to_years", 12, "to_quarters", 3, "to_months", 1);
  private static final Map<String, Integer> DAYS = Map.of("to_weeks", 7, "to_days", 1);

  static boolean isMaker(String function) {
    return MICROS.containsKey(function)
        || MONTHS.containsKey(function)
        || DAYS.containsKey(function);
  }

  /** {@code to_months(amount)}. */
  static SparkInterval of(String maker, Written amount) {
    if (MONTHS.containsKey(maker)) {
      return new SparkInterval(times(amount.sql(), MONTHS.get(maker)), "", "");
    }
    if (DAYS.containsKey(maker)) {
      return new SparkInterval("", times(amount.sql(), DAYS.get(maker)), "");
    }
    long factor = requireNonNull(MICROS.get(maker));
    if (amount.isWhole()) {
      return new SparkInterval("", "", times("CAST(" + amount.sql() + " AS BIGINT)", factor));
    }
    return new SparkInterval(
        "", "", "CAST(rint(CAST(" + amount.sql() + " AS DOUBLE) * " + factor + ") AS BIGINT)");
  }

  private static String times(String amount, long factor) {
    return factor == 1
        ? amount
        : String.format(Locale.ROOT, "(%s * %d%s)", amount, factor, factor > 1_000 ? "L" : "");
  }

  private SparkInterval map(UnaryOperator<String> part) {
    return new SparkInterval(
        months.isEmpty() ? "" : part.apply(months),
        days.isEmpty() ? "" : part.apply(days),
        micros.isEmpty() ? "" : part.apply(micros));
  }

  SparkInterval negative() {
    return map(part -> "(-" + part + ")");
  }

  SparkInterval times(String factor) {
    return map(part -> "(" + part + " * " + factor + ")");
  }

  SparkInterval plus(SparkInterval other) {
    return new SparkInterval(
        sum(months, other.months), sum(days, other.days), sum(micros, other.micros));
  }

  private static String sum(String left, String right) {
    List<String> parts = Stream.of(left, right).filter(part -> !part.isEmpty()).toList();
    return parts.size() == 2 ? "(" + left + " + " + right + ")" : String.join("", parts);
  }

  /** Days and microseconds, a day being 24 hours, as microseconds. */
  String time() {
    String whole = days.isEmpty() ? "" : times("CAST(" + days + " AS BIGINT)", 86_400_000_000L);
    return sum(whole, micros);
  }
}
