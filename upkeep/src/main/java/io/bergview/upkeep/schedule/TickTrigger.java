package io.bergview.upkeep.schedule;

import com.cronutils.mapper.CronMapper;
import com.cronutils.model.Cron;
import io.bergview.projection.definition.CronTicks;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.TimeZone;
import org.jspecify.annotations.Nullable;
import org.quartz.Calendar;
import org.quartz.JobKey;
import org.quartz.TriggerKey;
import org.quartz.impl.triggers.CronTriggerImpl;

/**
 * A Quartz trigger that fires at the ticks of a view, each later by the view's share of the jitter.
 *
 * <p>To Quartz it is a cron trigger of the expression that cron-utils maps the view's to, and of
 * none where Quartz has no such expression: it knows no days that either of two fields names. The
 * times are those of {@link CronTicks} in any case, since Quartz leaves out a whole hour of ticks
 * when the clock is put back, of an expression that fires every 15 minutes too.
 *
 * <p>Where ticks were missed it fires once, however many they were, and then as ever.
 */
final class TickTrigger extends CronTriggerImpl {
  private static final long serialVersionUID = 1L;
  private static final String VIEW = "view";
  private static final String TABLE = "table";

  private final transient CronTicks ticks;
  private final Duration delay;

  /** Of no view yet. */
  TickTrigger(CronTicks ticks, Duration delay) {
    this.ticks = ticks;
    this.delay = delay;
    ticks.cron().ifPresent(this::setMapped);
    setTimeZone(TimeZone.getTimeZone(ticks.zone()));
    setMisfireInstruction(MISFIRE_INSTRUCTION_FIRE_ONCE_NOW);
  }

  /**
   * @param from only later ticks fire, whatever the delay: that tick and earlier ones are handled
   *     as missed ticks
   */
  TickTrigger(ViewSchedule schedule, TriggerKey key, JobKey job, Instant from) {
    this(schedule.ticks(), schedule.delay());
    setKey(key);
    setJobKey(job);
    setStartTime(Date.from(from));
    getJobDataMap().put(VIEW, schedule.view());
    getJobDataMap().put(TABLE, schedule.table());
  }

  private void setMapped(Cron cron) {
    try {
      setCronExpression(CronMapper.fromUnixToQuartz().map(cron).asString());
    } catch (ParseException e) {
      throw new IllegalStateException("cron-utils maps to what Quartz reads: " + ticks, e);
    }
  }

  CronTicks ticks() {
    return ticks;
  }

  Duration delay() {
    return delay;
  }

  /** Whether it fires when a schedule says, for the same view. */
  boolean follows(ViewSchedule schedule) {
    return ticks.equals(schedule.ticks())
        && delay.equals(schedule.delay())
        && schedule.view().equals(getJobDataMap().getString(VIEW))
        && schedule.table().equals(getJobDataMap().getString(TABLE));
  }

  @Override
  protected @Nullable Date getTimeAfter(Date after) {
    Instant tickAfter = after.toInstant().minus(delay);
    Instant start = getStartTime().toInstant();
    return ticks
        .next(tickAfter.isBefore(start) ? start : tickAfter)
        .map(tick -> Date.from(tick.plus(delay)))
        .orElse(null);
  }

  /** What many views have missed is not caught up with by all at once. */
  @Override
  public void updateAfterMisfire(@Nullable Calendar calendar) {
    setNextFireTime(new Date(System.currentTimeMillis() + delay.toMillis()));
  }

  /** Kept by {@link TickTriggerStore}, not as a cron expression alone. */
  @Override
  public boolean hasAdditionalProperties() {
    return true;
  }
}
