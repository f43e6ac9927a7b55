package io.bergview.upkeep.schedule;

import static java.util.Objects.requireNonNull;

import io.bergview.catalog.view.RegisteredView;
import io.bergview.projection.definition.CronTicks;
import io.bergview.projection.definition.RefreshSettings;
import io.bergview.projection.definition.RefreshSettings.Mode;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * When a view is due, by its definition.
 *
 * @param table the uuid of its table: another view of the same name has another
 * @param delay how long after a tick its refresh begins
 */
record ViewSchedule(String view, String table, CronTicks ticks, Duration delay) {
  ViewSchedule {
    requireNonNull(view, "view is null");
    requireNonNull(table, "table is null");
    requireNonNull(ticks, "ticks is null");
    requireNonNull(delay, "delay is null");
  }

  /** Empty for a view that is not scheduled. */
  static Optional<ViewSchedule> of(RegisteredView view) {
    RefreshSettings refresh = view.definition().view().refresh();
    return refresh
        .ticks()
        .filter(ticks -> refresh.mode() == Mode.SCHEDULED)
        .map(
            ticks ->
                new ViewSchedule(
                    view.name(),
                    view.table().uuid().toString(),
                    ticks,
                    CronTicks.delay(view.name(), refresh.jitter())));
  }

  boolean isTick(Instant instant) {
    return ticks.last(instant).filter(instant::equals).isPresent();
  }

  /** The tick for which a refresh that begins now is; empty before the first. */
  Optional<Instant> tickBegunAt(Instant now) {
    return ticks.last(now.minus(delay));
  }
}
