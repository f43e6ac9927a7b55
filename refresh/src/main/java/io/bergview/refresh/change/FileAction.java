package io.bergview.refresh.change;

import io.bergview.projection.definition.LayoutSettings.Projection;

/** What happens to a data file when some of its rows are deleted. */
enum FileAction {
  /** No row is left, so the file is removed. */
  REMOVED,
  /** The rows that stay are rewritten, deletes folded in. */
  REWRITTEN,
  /** The file is kept, and a delete file marks its deleted rows. */
  MARKED;

  /** In {@code both}, a file is rewritten once one in this many rows is deleted. */
  private static final long WORTH_REWRITING = 10;

  /**
   * By the view's projection: {@code olap} rewrites and {@code oltp} marks. {@code both} marks
   * until a tenth of a file's rows is deleted, including earlier deletes. Then it rewrites, and so
   * writes at most ten rows for each deleted row.
   *
   * @param rows rows in the file
   * @param deleted those deleted before
   * @param going those deleted now
   */
  static FileAction of(Projection projection, long rows, long deleted, long going) {
    if (deleted + going == rows) {
      return REMOVED;
    }
    return switch (projection) {
      case OLAP -> REWRITTEN;
      case OLTP -> MARKED;
      case BOTH -> (deleted + going) * WORTH_REWRITING >= rows ? REWRITTEN : MARKED;
    };
  }
}
