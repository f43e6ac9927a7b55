package io.bergview.refresh.change;

import java.util.Map;

/** Which rows of a view are deleted, and which are inserted instead. */
interface RowReplacement extends AutoCloseable {
  /** How many rows of each file go, by its location. */
  Map<String, Long> deletedByFile();

  /** A query for {@code file} and {@code pos} of the rows that go. */
  String deletedSql();

  /** How many rows come. */
  long insertedRows();

  /** A query for the rows that come: the view's columns. */
  String insertedSql();

  /** How many rows go. */
  default long deletedRows() {
    return deletedByFile().values().stream().mapToLong(Long::longValue).sum();
  }

  @Override
  void close();
}
