package io.bergview.imports.convert;

/**
 * The text of queries that convert rows.
 *
 * @see ConvertedRows
 */
sealed interface ConversionSql permits SeparateColumns, ColumnsInLists {
  /**
   * Rows none of which can fail.
   *
   * @param raw a relation with {@code v0}, {@code v1}, ...
   * @return a query with {@code t0}, {@code t1}, ...
   */
  String unchecked(String raw);

  /**
   * Rows with what is wrong with them.
   *
   * @param raw a relation with {@code f}, {@code l}, {@code v0}, {@code v1}, ...
   * @return a relation with {@code f}, {@code l}, {@code t0}, {@code t1}, ..., {@code bad}, {@code
   *     bad_text}
   */
  String checked(String raw);
}
