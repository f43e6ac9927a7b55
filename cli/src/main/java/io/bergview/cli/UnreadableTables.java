package io.bergview.cli;

import io.bergview.discover.UnreadableTable;
import io.bergview.errors.ErrorCode.ExitCode;
import java.util.List;

/** Tables that could not be read, while the others were. */
final class UnreadableTables {
  private UnreadableTables() {}

  /**
   * Reports them on standard error.
   *
   * @return the exit code of the first
   */
  static ExitCode report(BergviewCommand root, List<UnreadableTable> unreadable) {
    ErrorReport report = new ErrorReport(root);
    unreadable.forEach(table -> report.report("table", table.name(), table.error()));
    return unreadable.isEmpty() ? ExitCode.DONE : unreadable.get(0).error().code().exitCode();
  }
}
