package io.bergview.projection.definition;

import static java.util.Objects.requireNonNull;

import java.time.ZoneId;
import java.util.Optional;

/**
 * One entry of {@code $groupBy}: {@code status}, {@code {day: $created_at}}, {@code {month: $at,
 * $as: name, $timezone: zone}}, {@code {bucket: {$expr: 'floor(price / 10)'}}}.
 *
 * @param value a column or an expression in SQL
 * @param unit empty for the plain value
 * @param name {@code $as}; empty for the default, the joined path, with {@code _<unit>} for a time
 *     unit. An expression always has one
 * @param timezone empty for the view's {@code $timezone}
 */
public record GroupKey(
    ValueExpression value,
    Optional<TimeUnit> unit,
    Optional<String> name,
    Optional<ZoneId> timezone) {
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
    requireNonNull(value, "value is null");
    requireNonNull(unit, "unit is null");
    requireNonNull(name, "name is null");
    requireNonNull(timezone, "timezone is null");
    boolean expression = value instanceof ValueExpression.Sql && name.isPresent();
    if (!expression && !(value instanceof ValueExpression.Column)) {
      throw new IllegalArgumentException("a group key without a column or a name: " + value);
    }
  }

  /** A key that is a column. */
  public GroupKey(
      ColumnPath path, Optional<TimeUnit> unit, Optional<String> name, Optional<ZoneId> timezone) {
    this(new ValueExpression.Column(path), unit, name, timezone);
  }

  /** The column that it is, or is derived from; empty for an expression. */
  public Optional<ColumnPath> path() {
    return value instanceof ValueExpression.Column column
        ? Optional.of(column.path())
        : Optional.empty();
  }
}
