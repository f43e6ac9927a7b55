package io.bergview.projection.sql;

import java.util.List;
import org.apache.iceberg.types.Type;

/**
 * How an engine writes the aggregates that are not the same everywhere. Values are ordered by keys,
 * ascending with nulls first; without keys in any order.
 */
public interface SqlAggregates {
  /** A value with its type. */
  record Typed(String sql, Type type) {}

  /** The exact sum of whole numbers or decimals, of any type that holds it. */
  String exactSum(Typed value);

  /** The sum of values of type double. */
  String sum(String value, List<Typed> keys);

  /** The value of the first row; null is a value. */
  String first(Typed value, List<Typed> keys);

  /** The value of the last row; null is a value. */
  String last(Typed value, List<Typed> keys);

  /** The few least or greatest values that are not null, least or greatest first; never null. */
  String few(String value, boolean greatest, int limit);

  /** The mean of finite numbers in double; others are left out. */
  String mean(Typed value, List<Typed> keys);

  /** The variance of finite numbers around their own mean, in double; others are left out. */
  String variance(Typed value, List<Typed> keys);

  /** All values as a list, ordered by the keys; nulls are values. */
  String list(Typed value, List<Typed> keys);
}
