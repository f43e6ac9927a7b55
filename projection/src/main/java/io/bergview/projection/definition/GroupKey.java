package io.bergview.projection.definition;

import static java.util.Objects.requireNonNull;

import java.time.ZoneId;
import java.util.Optional;

/**
 * One entry of {@code $groupBy}: {@code status}, {@code {day: $created_at}}, {@code {month: $at,
 * $as: name, $timezone: zone}}.
 *
 * @param unit empty for the plain value
 * @param name {@code $as}; empty for the default, the joined path, with {@code _<unit>} for a time
 *     unit
 * @param timezone empty for the view's {@code $timezone}
 */
public record GroupKey(
    ColumnPath path, Optional<TimeUnit> unit, Optional<String> name, Optional<ZoneId> timezone) {
  /** Units of time, coarse to fine. Weeks are ISO weeks. */
  public enum TimeUnit {
    YEAR,
    QUARTER,
    MONTH,
    WEEK,
    DAY,
    HOUR,
    MINUTE
  }

  public GroupKey {
    requireNonNull(path, "path is null");
    requireNonNull(unit, "unit is null");
    requireNonNull(name, "name is null");
    requireNonNull(timezone, "timezone is null");
  }
}
