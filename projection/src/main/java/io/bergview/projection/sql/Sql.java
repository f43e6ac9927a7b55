package io.bergview.projection.sql;

import java.util.List;

/**
 * The writer of SQL text: the commas, parentheses and keywords that expressions are put together
 * with. Queries are put together by {@link Select}; identifiers, literals and types, which differ
 * between engines, are the dialect's ({@link SqlDialect}).
 */
final class Sql {
  private Sql() {}

  /** {@code function(a, b)}. */
  static String call(String function, String... arguments) {
    return function + "(" + String.join(", ", arguments) + ")";
  }

  /** {@code (left operator right)}. */
  static String infix(String left, String operator, String right) {
    return "(" + left + " " + operator + " " + right + ")";
  }

  /** {@code CAST(value AS type)}. */
  static String cast(String value, String type) {
    return "CAST(" + value + " AS " + type + ")";
  }

  /** {@code value AS name}. */
  static String as(String value, String name) {
    return value + " AS " + name;
  }

  /** All of the conditions, not in parentheses; of none, true. */
  static String all(List<String> conditions) {
    return conditions.isEmpty() ? "true" : String.join(" AND ", conditions);
  }

  /** Any of the conditions, not in parentheses; of none, false. */
  static String any(List<String> conditions) {
    return conditions.isEmpty() ? "false" : String.join(" OR ", conditions);
  }

  /** {@code CASE WHEN test THEN value ...}. */
  static Case when(String test, String value) {
    return new Case("CASE").when(test, value);
  }

  /** The beginning of a CASE expression. */
  record Case(String begun) {
    Case when(String test, String value) {
      return new Case(begun + " WHEN " + test + " THEN " + value);
    }

    String otherwise(String value) {
      return begun + " ELSE " + value + " END";
    }

    /** Null where no test holds. */
    String end() {
      return begun + " END";
    }
  }
}
