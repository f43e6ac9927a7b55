package io.bergview.projection.function;

import io.bergview.projection.function.NamedDefinition.Order;
import java.util.ArrayList;
import java.util.List;

/**
 * Aggregates that DuckDB computes from all rows of a group. The order of the rows in storage never
 * matters: where the order of values does, they are ordered by the call's ORDER BY and then by
 * themselves.
 */
final class NamedAggregates {
  private NamedAggregates() {}

  private static AggregateDefinition define(
      String signatures,
      String form,
      Order order,
      String description,
      FunctionExample example,
      String... names) {
    List<String> written = List.of(signatures.split("; "));
    return new NamedDefinition(
        new FunctionDocs(List.of(names), written, description, List.of(example)),
        written.stream().map(Signature::parse).toList(),
        form,
        order);
  }

  /** Of a column x, or of two, y and x. */
  private static FunctionExample example(String sql, String value) {
    return new FunctionExample(sql, value, sql);
  }

  private static FunctionExample ours(String sql, String value) {
    return new FunctionExample(sql, value, "");
  }

  static List<AggregateDefinition> all() {
    List<AggregateDefinition> all = new ArrayList<>(lists());
    all.addAll(quantiles());
    all.addAll(pairs());
    return all;
  }

  private static List<AggregateDefinition> lists() {
    return List.of(
        define(
            "string_agg(string) -> string; string_agg(string, constant string) -> string",
            "string_agg({distinct}{0}, {1}{order})",
            Order.NULLS_LAST,
            "The strings that are not NULL as one, a separator between them, by default a comma;"
                + " ordered by `ORDER BY` in the call, then by themselves.",
            new FunctionExample(
                "string_agg(x, '-') of 'b', NULL, 'a'",
                "a-b",
                "listagg(x, '-') WITHIN GROUP (ORDER BY x) of 'b', NULL, 'a'"),
            "string_agg",
            "listagg",
            "group_concat"),
        define(
            "array_agg(T) -> list<T>",
            "list({distinct}{0}{order})",
            Order.NULLS_LAST,
            "The values as a list, NULLs included; ordered by `ORDER BY` in the call, then by"
                + " themselves.",
            ours("array_agg(x) of 2, NULL, 1", "[1, 2, NULL]"),
            "array_agg",
            "list"),
        define(
            "collect_list(T) -> list<T>",
            "CASE WHEN count({0}) = 0 THEN [] ELSE list({distinct}{0}{order}) FILTER (WHERE {0} IS"
                + " NOT NULL) END",
            Order.NULLS_LAST,
            "The values that are not NULL as a list; ordered by `ORDER BY` in the call, then by"
                + " themselves.",
            new FunctionExample(
                "collect_list(x) of 2, NULL, 1",
                "[1, 2]",
                "sort_array(collect_list(x)) of 2, NULL, 1"),
            "collect_list"),
        define(
            "collect_set(T) -> list<T>",
            "CASE WHEN count({0}) = 0 THEN [] ELSE list(DISTINCT {0}{order}) FILTER (WHERE {0} IS"
                + " NOT NULL) END",
            Order.NULLS_LAST,
            "The different values that are not NULL as a list, in ascending order.",
            new FunctionExample(
                "collect_set(x) of 2, NULL, 1, 2",
                "[1, 2]",
                "sort_array(collect_set(x)) of 2, NULL, 1, 2"),
            "collect_set"),
        define(
            "first(T) -> T",
            "first({0}{order})",
            Order.NULLS_LAST,
            "The first value by `ORDER BY` in the call, NULL or not; the least where there is"
                + " none.",
            ours("first(x) of 2, NULL, 1", "1"),
            "first"),
        define(
            "last(T) -> T",
            "last({0}{order})",
            Order.NULLS_FIRST,
            "The last value by `ORDER BY` in the call, NULL or not; the greatest where there is"
                + " none.",
            ours("last(x) of 2, NULL, 1", "2"),
            "last"),
        define(
            "min_by(T, any) -> T",
            "arg_min_null({0}, {1}{order})",
            Order.NULLS_LAST,
            "The first argument where the second is least; the least of several.",
            example("min_by(y, x) of ('a', 2), ('b', 1)", "b"),
            "min_by",
            "arg_min",
            "argmin"),
        define(
            "max_by(T, any) -> T",
            "arg_max_null({0}, {1}{order})",
            Order.NULLS_LAST,
            "The first argument where the second is greatest; the least of several.",
            example("max_by(y, x) of ('a', 2), ('b', 1)", "a"),
            "max_by",
            "arg_max",
            "argmax"));
  }

  private static List<AggregateDefinition> quantiles() {
    return List.of(
        define(
            "median(double) -> double",
            "median({0})",
            Order.NONE,
            "The middle of the values, or the mean of the two in the middle.",
            example("median(x) of 1, 2, 4, 10", "3.0"),
            "median"),
        define(
            "quantile_cont(double, constant double) -> double",
            "quantile_cont({0}, {1})",
            Order.IS_ARGUMENT,
            "The value that a share of the values is below, interpolated. Also"
                + " `percentile_cont(share) WITHIN GROUP (ORDER BY value)`.",
            new FunctionExample(
                "quantile_cont(x, 0.25) of 1, 2, 4, 10",
                "1.75",
                "percentile(x, 0.25) of 1, 2, 4, 10"),
            "quantile_cont",
            "percentile_cont",
            "percentile"),
        define(
            "quantile_disc(T, constant double) -> T",
            "quantile_disc({0}, {1})",
            Order.IS_ARGUMENT,
            "The least value that at least a share of the values does not exceed. Also"
                + " `percentile_disc(share) WITHIN GROUP (ORDER BY value)`. By the names of"
                + " approximations it is exact too.",
            new FunctionExample(
                "quantile_disc(x, 0.5) of 1, 2, 4, 10",
                "2",
                "percentile_disc(0.5) WITHIN GROUP (ORDER BY x) of 1, 2, 4, 10"),
            "quantile_disc",
            "percentile_disc",
            "quantile",
            "approx_quantile",
            "approx_percentile",
            "percentile_approx"),
        define(
            "mode(T) -> T",
            "mode({0}{order})",
            Order.NULLS_LAST,
            "The value that occurs most; the least of several.",
            new FunctionExample("mode(x) of 2, 1, 2, 1", "1", "mode(x, true) of 2, 1, 2, 1"),
            "mode"),
        define(
            "histogram(T) -> map<T,long>",
            "histogram({0})",
            Order.NONE,
            "How often each value that is not NULL occurs, by value.",
            ours("histogram(x) of 5, 3, 5, NULL", "{3=1, 5=2}"),
            "histogram"),
        define(
            "product(double) -> double",
            "product({0})",
            Order.NONE,
            "The product of the values.",
            ours("product(x) of 2, 3, NULL", "6.0"),
            "product"),
        define(
            "skewness(double) -> double",
            "CASE WHEN count({0}) > 2 THEN skewness({0}) * (count({0}) - 2) / sqrt(count({0})"
                + " * (count({0}) - 1.0)) WHEN count({0}) = 2 AND min({0}) < max({0}) THEN 0.0 END",
            Order.NONE,
            "The skewness of a population.",
            example("skewness(x) of 0, 0, 6", "0.7071067811865476"),
            "skewness"),
        define(
            "kurtosis(double) -> double",
            "kurtosis_pop({0})",
            Order.NONE,
            "The excess kurtosis of a population.",
            example("kurtosis(x) of 1, 2, 3, 4", "-1.36"),
            "kurtosis"),
        bits("bit_and", "The bits that all numbers have.", "1"),
        bits("bit_or", "The bits that one of the numbers has.", "7"),
        bits("bit_xor", "The bits that an odd number of the numbers has.", "6"));
  }

  private static AggregateDefinition bits(String name, String description, String value) {
    return define(
        name + "(long) -> long",
        name + "({distinct}{0})",
        Order.NONE,
        description,
        example(name + "(x) of 5, 3, NULL", value),
        name);
  }

  private static AggregateDefinition pair(
      String name, String result, String description, String value) {
    return define(
        name + "(double, double) -> " + result,
        form(name),
        Order.NONE,
        description + " Pairs with a NULL do not count.",
        example(name + "(y, x) of (1, 1), (3, 2), (5, 3), (7, NULL)", value),
        name);
  }

  /** Null, and not NaN, where too few values differ. */
  private static String form(String name) {
    return switch (name) {
      case "corr" -> "CASE WHEN regr_count({0}, {1}) > 1 THEN corr({0}, {1}) END";
      case "regr_slope", "regr_intercept", "regr_r2" ->
          "CASE WHEN regr_sxx({0}, {1}) > 0 THEN " + name + "({0}, {1}) END";
      default -> name + "({0}, {1})";
    };
  }

  private static List<AggregateDefinition> pairs() {
    return List.of(
        pair("corr", "double", "The correlation of the values.", "1.0"),
        pair("covar_pop", "double", "The covariance of a population.", "1.3333333333333333"),
        pair("covar_samp", "double", "The covariance of a sample.", "2.0"),
        pair("regr_count", "long", "The number of pairs.", "3"),
        pair("regr_avgx", "double", "The mean of the second argument.", "2.0"),
        pair("regr_avgy", "double", "The mean of the first argument.", "3.0"),
        pair("regr_slope", "double", "The slope of the line of least squares.", "2.0"),
        pair("regr_intercept", "double", "Where the line of least squares begins.", "-1.0"),
        pair("regr_r2", "double", "The square of the correlation.", "1.0"),
        pair("regr_sxx", "double", "The sum of squared deviations of the second argument.", "2.0"),
        pair("regr_syy", "double", "The sum of squared deviations of the first argument.", "8.0"),
        pair("regr_sxy", "double", "The sum of products of the deviations.", "4.0"));
  }
}
