package io.bergview.settings;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The {@code serve} section of a project: how it is kept fresh unattended.
 *
 * @param workers how many refreshes run at once
 * @param refreshTimeout a refresh that takes longer is cancelled and counts as failed
 * @param attempts how often a refresh is tried before it is given up
 * @param backoff wait before the second attempt; it doubles with each further one
 * @param backoffLimit no wait is longer
 * @param pollInterval how often the catalogs are asked which tables others have committed to
 * @param stopTimeout how long a stop waits for the refreshes that run before it cancels them
 * @param quartz where several processes share their schedules; empty for each its own
 * @param listen where requests are answered
 * @param openLineage where OpenLineage events go; empty for nowhere
 * @param hooks what is done when something happens
 */
public record ServeSettings(
    int workers,
    Duration refreshTimeout,
    int attempts,
    Duration backoff,
    Duration backoffLimit,
    Duration pollInterval,
    Duration stopTimeout,
    Optional<QuartzSettings> quartz,
    ListenSettings listen,
    Optional<LineageEventSettings> openLineage,
    List<HookSettings> hooks) {
  public ServeSettings {
    requireNonNull(refreshTimeout, "refreshTimeout is null");
    requireNonNull(backoff, "backoff is null");
    requireNonNull(backoffLimit, "backoffLimit is null");
    requireNonNull(pollInterval, "pollInterval is null");
    requireNonNull(stopTimeout, "stopTimeout is null");
    requireNonNull(quartz, "quartz is null");
    requireNonNull(listen, "listen is null");
    requireNonNull(openLineage, "openLineage is null");
    hooks = List.copyOf(hooks);
    if (workers < 1 || attempts < 1) {
      throw new IllegalArgumentException("workers and attempts must be at least 1");
    }
  }

  /** What a project without {@code serve} gets. */
  public static ServeSettings defaults() {
    return SettingsReader.ofNothing().serve(Optional.empty());
  }
}
