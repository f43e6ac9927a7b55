package io.bergview.upkeep.schedule;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Date;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.quartz.Job;
import org.quartz.JobDataMap;
import org.quartz.JobExecutionContext;
import org.quartz.JobExecutionException;
import org.quartz.Scheduler;

/**
 * The Quartz job of a trigger: it notifies {@link Firing}. One kind of trigger belongs to a view
 * and names it; the other is for missed ticks, and names the views and ticks.
 */
final class TickJob implements Job {
  private static final String CATCH_UP = "catch-up.";
  private static final String VIEW = "view";

  /** The listener. */
  interface Firing {
    /**
     * A view's own trigger fired.
     *
     * @param planned the time for which it did
     * @param before the time for which it fired the last time
     */
    void tick(String view, Instant planned, Optional<Instant> before) throws InterruptedException;

    /** What was missed is to be caught up with. */
    void catchUp(Map<String, Instant> ticks) throws InterruptedException;
  }

  private final Firing firing;

  TickJob(Firing firing) {
    this.firing = requireNonNull(firing, "firing is null");
  }

  /** What a trigger carries that is to catch up with some ticks. */
  static JobDataMap toCatchUp(Map<String, Instant> ticks) {
    JobDataMap data = new JobDataMap();
    ticks.forEach((view, tick) -> data.put(CATCH_UP + view, tick.toString()));
    return data;
  }

  @Override
  public void execute(JobExecutionContext context) throws JobExecutionException {
    JobDataMap data = context.getMergedJobDataMap();
    Map<String, Instant> missed = new TreeMap<>();
    for (String key : data.getKeys()) {
      if (key.startsWith(CATCH_UP)) {
        missed.put(key.substring(CATCH_UP.length()), Instant.parse(data.getString(key)));
      }
    }
    try {
      if (missed.isEmpty()) {
        firing.tick(
            requireNonNull(data.getString(VIEW), "no view"),
            planned(context),
            Optional.ofNullable(context.getPreviousFireTime()).map(Date::toInstant));
      } else {
        firing.catchUp(missed);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      throw new JobExecutionException(e);
    }
  }

  /** Of a firing whose process died, the time for which that was. */
  private static Instant planned(JobExecutionContext context) {
    if (context.isRecovering()) {
      String time =
          context
              .getMergedJobDataMap()
              .getString(Scheduler.FAILED_JOB_ORIGINAL_TRIGGER_SCHEDULED_FIRETIME_IN_MILLISECONDS);
      if (time != null) {
        return Instant.ofEpochMilli(Long.parseLong(time));
      }
    }
    Date planned = context.getScheduledFireTime();
    return (planned == null ? context.getFireTime() : planned).toInstant();
  }
}
