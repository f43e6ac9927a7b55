package io.bergview.refresh.change;

import java.util.Map;

/** Which rows of a view are deleted, and which are inserted instead. */
interface RowReplacement extends AutoCloseable {
  /** How many rows of each file go, by its location. */
  Map<String, Long> deletedByFile();

  /** A query for {@code file} and {@code pos} of the rows that go. */
  String deletedSql();

  /** The number of new rows. */
  long insertedRows();

  /** A query for the new rows: the view's columns. */
  String insertedSql();

  /** How many rows go. */
  default long deletedRows() {
    return deletedByFile().values().stream().mapToLong(Long::longValue).sum();
  }

  @Override
  void close();
}
