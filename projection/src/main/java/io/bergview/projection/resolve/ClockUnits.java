package io.bergview.projection.resolve;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.List;

/**
 * The start of an hour or a minute in a time zone.
 *
 * <p>It is the instant at which the clock showed the unit's first second, with the offset of the
 * given time if possible: the two hours of a night in which clocks are set back by an hour are two.
 * If not, the clock was changed since:
 *
 * <ul>
 *   <li>set forward over the first second: the unit begins with the change. (Java's {@code
 *       ZonedDateTime.truncatedTo}, and so Spark's {@code date_trunc}, adds the length of the gap,
 *       which is the same where the gap begins with the unit, and otherwise a time that may be
 *       later than the given one.)
 *   <li>set back to within the unit, by less than its length: the unit continues, and began with
 *       the earlier offset, as in Java and Spark. Lord Howe Island has an hour of 90 minutes each
 *       year.
 *   <li>set back by the unit's length or more: the repeated part is a unit of its own that begins
 *       with the change, while Java and Spark merge the two. St. John's did so at one minute past
 *       midnight until 2011.
 * </ul>
 */
public final class ClockUnits {
  private static final long MICROS = 1_000_000;

  private ClockUnits() {}

  /**
   * @param micros since the epoch
   * @param unitSeconds 3600 or 60
   * @return micros since the epoch; not later than {@code micros}
   */
  public static long start(long micros, int unitSeconds, ZoneRules rules) {
    long second = Math.floorDiv(micros, MICROS);
    ZoneOffset offset = rules.getOffset(Instant.ofEpochSecond(second));
    long past = Math.floorMod(second + offset.getTotalSeconds(), (long) unitSeconds);
    long start = second - past;
    return (past == 0 || rules.getOffset(Instant.ofEpochSecond(start)).equals(offset)
            ? start
            : changed(start, offset, unitSeconds, rules))
        * MICROS;
  }

  /** The clock was changed since it would have shown the unit's first second. */
  private static long changed(long start, ZoneOffset offset, int unitSeconds, ZoneRules rules) {
    LocalDateTime first = LocalDateTime.ofEpochSecond(start, 0, offset);
    List<ZoneOffset> before = rules.getValidOffsets(first);
    if (before.isEmpty()) {
      return rules.getTransition(first).toEpochSecond();
    }
    ZoneOffsetTransition change = rules.nextTransition(Instant.ofEpochSecond(start));
    return change.getDuration().negated().getSeconds() >= unitSeconds
        ? change.toEpochSecond()
        : first.toEpochSecond(before.get(0));
  }
}
