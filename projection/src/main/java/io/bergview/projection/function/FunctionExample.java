package io.bergview.projection.function;

import static java.util.Objects.requireNonNull;

/**
 * A call and its value.
 *
 * @param sql {@code lower('ABC')}
 * @param value as text; {@code NULL}
 * @param spark what Spark SQL gives the same value for; empty where it has no such function
 */
public record FunctionExample(String sql, String value, String spark) {
  public FunctionExample {
    requireNonNull(sql, "sql is null");
    requireNonNull(value, "value is null");
    requireNonNull(spark, "spark is null");
  }
}
