package io.bergview.upkeep.schedule;

import io.bergview.upkeep.queue.DependencyGroups;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The schedules of a project's views at one moment. */
final class ProjectSchedules {
  static final ProjectSchedules EMPTY = new ProjectSchedules(List.of(), DependencyGroups.NONE);

  private final Map<String, ViewSchedule> schedules = new TreeMap<>();
  private final DependencyGroups dependencyGroups;

  ProjectSchedules(Collection<ViewSchedule> schedules, DependencyGroups dependencyGroups) {
    schedules.forEach(schedule -> this.schedules.put(schedule.view(), schedule));
    this.dependencyGroups = dependencyGroups;
  }

  Map<String, ViewSchedule> byView() {
    return Collections.unmodifiableMap(schedules);
  }

  Optional<ViewSchedule> of(String view) {
    return Optional.ofNullable(schedules.get(view));
  }

  /**
   * The views that are due together: those of one dependency group with a tick at the same instant.
   * By name; the first represents all, so that each is requested once, whichever trigger fires.
   */
  List<String> together(String view, Instant tick) {
    String dependencyGroup = dependencyGroups.of(view);
    return schedules.values().stream()
        .filter(schedule -> dependencyGroups.of(schedule.view()).equals(dependencyGroup))
        .filter(schedule -> schedule.view().equals(view) || schedule.isTick(tick))
        .map(ViewSchedule::view)
        .toList();
  }

  /** The same for all views that read each other. */
  String dependencyGroup(String view) {
    return dependencyGroups.of(view);
  }
}
