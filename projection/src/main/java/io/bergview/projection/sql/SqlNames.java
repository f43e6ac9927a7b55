package io.bergview.projection.sql;

/** Identifiers, which every engine is set up to read in double quotes. */
public final class SqlNames {
  private static final char NUL = '\0';

  private SqlNames() {}

  /**
   * An identifier, always in double quotes.
   *
   * @throws IllegalArgumentException where it holds a NUL, which no identifier can
   */
  public static String quote(String identifier) {
    if (identifier.indexOf(NUL) >= 0) {
      throw new IllegalArgumentException("a name holds the character U+0000");
    }
    return '"' + identifier.replace("\"", "\"\"") + '"';
  }

  /** The name of a column inside a plan's SQL: {@code c<id>}. */
  public static String column(int id) {
    return "c" + id;
  }
}
