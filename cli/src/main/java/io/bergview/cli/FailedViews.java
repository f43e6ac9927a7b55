package io.bergview.cli;

import io.bergview.errors.ErrorCode.ExitCode;
import io.bergview.refresh.RefreshOutcome;
import java.util.List;

/** The views of several with which a command did not succeed. */
final class FailedViews {
  private FailedViews() {}

  /**
   * Reports them.
   *
   * @param single whether a single view was requested, which then is not named again
   * @return the exit code of the first
   */
  static ExitCode tell(
      BergviewCommand root, List<RefreshOutcome.Failure> failures, boolean single) {
    if (failures.size() == 1 && single) {
      throw failures.get(0).error();
    }
    ErrorReport report = new ErrorReport(root);
    failures.forEach(failure -> report.report(failure.view(), failure.error()));
    return failures.isEmpty() ? ExitCode.DONE : failures.get(0).error().code().exitCode();
  }
}
