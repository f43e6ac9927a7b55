package io.bergview.spark.sql;

import io.bergview.projection.sql.SqlAggregates;
import java.util.List;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * Aggregates as Spark writes them. It has no ORDER BY within an aggregate: the first and last of a
 * group are those of the least and greatest key, and sums whose order matters are those of a sorted
 * list.
 */
final class SparkAggregates implements SqlAggregates {
  private static final int DIGITS_OF_LONG = 19;

  /** Spark sums whole numbers in 64 bits, which those of 32 bits do not fill. */
  @Override
  public String exactSum(Typed value) {
    return value.type().typeId() == Type.TypeID.LONG
        ? "sum(" + cast(value.sql(), Types.DecimalType.of(DIGITS_OF_LONG, 0)) + ")"
        : "sum(" + value.sql() + ")";
  }

  @Override
  public String sum(String value, List<Typed> keys) {
    return keys.isEmpty()
        ? "sum(" + value + ")"
        : "aggregate(%s, CAST(NULL AS DOUBLE), (a, e) -> coalesce(a, CAST(0 AS DOUBLE)) + e.v)"
            .formatted(sorted(value, keys, value + " IS NOT NULL"));
  }

  @Override
  public String first(Typed value, List<Typed> keys) {
    return keys.isEmpty()
        ? "first(" + value.sql() + ")"
        : "min_by(" + value.sql() + ", " + SparkOrder.key(keys) + ")";
  }

  @Override
  public String last(Typed value, List<Typed> keys) {
    return keys.isEmpty()
        ? "last(" + value.sql() + ")"
        : "max_by(" + value.sql() + ", " + SparkOrder.key(keys) + ")";
  }

  @Override
  public String few(String value, boolean greatest, int limit) {
    return "slice(sort_array(collect_list(" + value + "), " + !greatest + "), 1, " + limit + ")";
  }

  @Override
  public String mean(Typed value, List<Typed> keys) {
    String number = cast(value.sql(), Types.DoubleType.get());
    String finite = SparkDialect.finite(value.sql());
    return keys.isEmpty()
        ? "avg(" + number + ") FILTER (WHERE " + finite + ")"
        : """
        aggregate(%s, struct(0L AS n, 0D AS s), (a, e) -> struct(a.n + 1L AS n, a.s + e.v AS s), \
        a -> CASE WHEN a.n > 0 THEN a.s / a.n END)\
        """
            .formatted(sorted(number, keys, finite));
  }

  /** In the steps of Welford (1962), which DuckDB takes. */
  @Override
  public String variance(Typed value, List<Typed> keys) {
    String number = cast(value.sql(), Types.DoubleType.get());
    String finite = SparkDialect.finite(value.sql());
    return keys.isEmpty()
        ? "var_pop(" + number + ") FILTER (WHERE " + finite + ")"
        : """
        aggregate(%s, struct(0L AS n, 0D AS m, 0D AS d), (a, e) -> struct(a.n + 1L AS n, \
        a.m + (e.v - a.m) / (a.n + 1L) AS m, \
        a.d + (e.v - (a.m + (e.v - a.m) / (a.n + 1L))) * (e.v - a.m) AS d), \
        a -> CASE WHEN a.n > 0 THEN a.d / a.n END)\
        """
            .formatted(sorted(number, keys, finite));
  }

  /** Structs of a key {@code k} and a value {@code v}. */
  private static String sorted(String value, List<Typed> keys, String condition) {
    return "sort_array(collect_list(%s) FILTER (WHERE %s))".formatted(row(value, keys), condition);
  }

  private static String row(String value, List<Typed> keys) {
    return "struct(" + SparkOrder.key(keys) + " AS k, " + value + " AS v)";
  }

  /** A list skips nulls, but not structs of them. */
  @Override
  public String list(Typed value, List<Typed> keys) {
    if (keys.isEmpty()) {
      return "transform(collect_list(struct(" + value.sql() + " AS v)), e -> e.v)";
    }
    String rows = "collect_list(" + row(value.sql(), keys) + ")";
    String sorted =
        SparkTypes.isOrdered(value.type())
            ? "sort_array(" + rows + ")"
            : "array_sort(%s, (a, b) -> CASE WHEN a.k < b.k THEN -1 WHEN a.k > b.k THEN 1 ELSE 0 END)"
                .formatted(rows);
    return "transform(" + sorted + ", e -> e.v)";
  }

  private static String cast(String value, Type type) {
    return "CAST(" + value + " AS " + SparkTypes.sql(type) + ")";
  }
}
