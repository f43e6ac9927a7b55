package io.bergview.maintain;

import static java.util.Objects.requireNonNull;

import io.bergview.errors.ErrorCode;
import io.bergview.errors.UsageException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Which views to vacuum or to compact, and how.
 *
 * @param views by name; empty only with {@code all}
 * @param all every view of the project's catalogs
 * @param retention how long snapshots are kept; empty for what each view says. Of no meaning to
 *     compaction
 * @param dryRun say what would be done and do nothing
 */
public record MaintenanceRequest(
    List<String> views, boolean all, Optional<Duration> retention, boolean dryRun) {
  /**
   * @throws UsageException {@code USAGE} for a negative retention, and where no view is named
   */
  public MaintenanceRequest {
    views = List.copyOf(views);
    requireNonNull(retention, "retention is null");
    if (all == !views.isEmpty()) {
      throw new UsageException(ErrorCode.USAGE, "Name the views, or use --all, but not both");
    }
    if (retention.isPresent() && retention.get().isNegative()) {
      throw new UsageException(
          ErrorCode.USAGE,
          "Snapshots cannot be kept for a negative duration, "
              + retention.get()
              + "; write 0 or more");
    }
  }

  public static MaintenanceRequest of(String... views) {
    return new MaintenanceRequest(List.of(views), false, Optional.empty(), false);
  }

  public static MaintenanceRequest ofAll() {
    return new MaintenanceRequest(List.of(), true, Optional.empty(), false);
  }

  public MaintenanceRequest keeping(Duration retention) {
    return new MaintenanceRequest(views, all, Optional.of(retention), dryRun);
  }

  /** Nothing is to be done, only said. */
  public MaintenanceRequest dry() {
    return new MaintenanceRequest(views, all, retention, true);
  }
}
