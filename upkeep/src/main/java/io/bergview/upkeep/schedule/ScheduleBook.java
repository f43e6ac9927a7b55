package io.bergview.upkeep.schedule;

import io.bergview.upkeep.work.Families;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The schedules of a project's views at one moment. */
final class ScheduleBook {
  static final ScheduleBook EMPTY = new ScheduleBook(List.of(), Families.NONE);

  private final Map<String, ViewSchedule> schedules = new TreeMap<>();
  private final Families families;

  ScheduleBook(Collection<ViewSchedule> schedules, Families families) {
    schedules.forEach(schedule -> this.schedules.put(schedule.view(), schedule));
    this.families = families;
  }

  Map<String, ViewSchedule> byView() {
    return Collections.unmodifiableMap(schedules);
  }

  Optional<ViewSchedule> of(String view) {
    return Optional.ofNullable(schedules.get(view));
  }

  /**
   * The views that are due together: those of one family whose schedules name the same instant. By
   * name; the first speaks for all, so that each is wanted once, whoever hears of which.
   */
  List<String> together(String view, Instant tick) {
    String family = families.of(view);
    return schedules.values().stream()
        .filter(schedule -> families.of(schedule.view()).equals(family))
        .filter(schedule -> schedule.view().equals(view) || schedule.isTick(tick))
        .map(ViewSchedule::view)
        .toList();
  }

  /** The same for all views that read each other. */
  String family(String view) {
    return families.of(view);
  }
}
