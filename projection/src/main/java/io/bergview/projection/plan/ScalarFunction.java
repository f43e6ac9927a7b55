package io.bergview.projection.plan;

import static java.util.Objects.requireNonNull;

/**
 * A scalar function as plans call it. Two calls of equal functions with equal arguments are equal
 * values: functions are deterministic.
 *
 * @param name in lower case, as SQL calls it
 * @param duckDb its form in DuckDB: {@code {0}}, {@code {1}}... stand for its arguments, {@code
 *     {*}} for all of them, separated by commas
 */
public record ScalarFunction(String name, String duckDb) {
  public ScalarFunction {
    requireNonNull(name, "name is null");
    requireNonNull(duckDb, "duckDb is null");
  }

  /** A function that DuckDB calls by the same name. */
  public static ScalarFunction named(String name) {
    return new ScalarFunction(name, name + "({*})");
  }

  /** An aggregate of the rows for which the argument of a number is true. */
  public ScalarFunction where(int argument) {
    return new ScalarFunction(name, duckDb + " FILTER (WHERE {" + argument + "})");
  }

  /** An operator between two values: {@code (a < b)}. */
  public static ScalarFunction infix(String operator) {
    return new ScalarFunction(operator, "({0} " + operator + " {1})");
  }
}
