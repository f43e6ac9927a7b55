package io.bergview.refresh.change;

import java.util.Map;
import java.util.Optional;

/** Which rows of a view are deleted, and which are inserted instead. */
interface RowReplacement extends AutoCloseable {
  /** How many rows of each file go, by its location. */
  Map<String, Long> deletedByFile();

  /** A query for {@code file} and {@code pos} of the rows that go. */
  String deletedSql();

  /** The number of new rows. */
  long insertedRows();

  /** A query for the new rows: by position the view's columns, of types that cast to them. */
  String insertedSql();

  /** The table of the session that {@link #insertedSql} reads as it is, where it reads one. */
  default Optional<String> insertedTable() {
    return Optional.empty();
  }

  /** How many rows go. */
  default long deletedRows() {
    return deletedByFile().values().stream().mapToLong(Long::longValue).sum();
  }

  @Override
  void close();
}
