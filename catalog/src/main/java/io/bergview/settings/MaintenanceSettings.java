package io.bergview.settings;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * The {@code maintenance} of a project.
 *
 * @param commits after so many commits to a view, what keeps it fresh unattended bounds its table
 * @param limits of every vacuum and compaction, by hand too
 * @param leases on source snapshots, where a view does not say
 */
public record MaintenanceSettings(int commits, MaintenanceLimits limits, LeaseSettings leases) {
  public MaintenanceSettings {
    requireNonNull(limits, "limits is null");
    requireNonNull(leases, "leases is null");
    if (commits < 1) {
      throw new IllegalArgumentException("commits is below 1: " + commits);
    }
  }

  /** What a project without {@code maintenance} gets. */
  public static MaintenanceSettings defaults() {
    return SettingsReader.ofNothing().maintenance(Optional.empty());
  }
}
