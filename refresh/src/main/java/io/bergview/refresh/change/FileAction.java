package io.bergview.refresh.change;

import io.bergview.projection.definition.LayoutSettings.Projection;

/** What happens to a data file when some of its rows are deleted. */
enum FileAction {
  /** No row is left, so the file goes. */
  REMOVED,
  /** The rows that stay are rewritten, deletes folded in. */
  REWRITTEN,
  /** It stays, and a delete file says which of its rows are gone. */
  MARKED;

  /** In {@code both}, a file of which one in so many rows is gone is rewritten. */
  private static final long WORTH_REWRITING = 10;

  /**
   * By the view's projection: {@code olap} rewrites and {@code oltp} marks. {@code both} marks
   * until a tenth of a file's rows is gone, earlier deletes included. Then it rewrites, and has
   * written ten rows, at most, for each deleted row.
   *
   * @param rows rows in the file
   * @param deleted of these, before
   * @param going of the rest, now
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
