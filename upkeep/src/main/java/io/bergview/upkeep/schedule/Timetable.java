package io.bergview.upkeep.schedule;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.quartz.JobBuilder;
import org.quartz.JobDetail;
import org.quartz.JobKey;
import org.quartz.ObjectAlreadyExistsException;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.SimpleScheduleBuilder;
import org.quartz.Trigger;
import org.quartz.TriggerBuilder;
import org.quartz.TriggerKey;
import org.quartz.impl.matchers.GroupMatcher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The triggers of a Quartz scheduler: one for each view that has a schedule. */
final class Timetable implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Timetable.class);
  private static final String VIEWS = "views";
  private static final String MISSED = "missed";
  private static final JobKey JOB = JobKey.jobKey("refresh", VIEWS);
  private static final int LONGEST_NAME = 160;

  private final Scheduler scheduler;

  Timetable(Scheduler scheduler, TickJob.Firing firing) {
    this.scheduler = requireNonNull(scheduler, "scheduler is null");
    try {
      scheduler.setJobFactory((bundle, quartz) -> new TickJob(firing));
    } catch (SchedulerException e) {
      throw new IllegalStateException("a new scheduler takes a factory", e);
    }
  }

  void start() throws SchedulerException {
    scheduler.start();
  }

  /**
   * Sets the triggers of these schedules.
   *
   * @param all whether these are all schedules, so that the triggers of others are removed
   * @return the views whose schedules had no trigger until now
   */
  List<String> follow(Collection<ViewSchedule> schedules, boolean all, Instant now)
      throws SchedulerException {
    JobDetail job =
        JobBuilder.newJob(TickJob.class).withIdentity(JOB).storeDurably().requestRecovery().build();
    if (!scheduler.checkExists(JOB)) {
      scheduler.addJob(job, true);
    }
    Set<TriggerKey> others =
        new HashSet<>(scheduler.getTriggerKeys(GroupMatcher.triggerGroupEquals(VIEWS)));
    List<String> begun = new ArrayList<>();
    for (ViewSchedule schedule : schedules) {
      TriggerKey key = TriggerKey.triggerKey(name(schedule.view()), VIEWS);
      boolean there = others.remove(key);
      if (!(there && follows(key, schedule)) && put(key, schedule, there, now)) {
        begun.add(schedule.view());
      }
    }
    if (all && !others.isEmpty()) {
      scheduler.unscheduleJobs(new ArrayList<>(others));
    }
    return begun;
  }

  private boolean follows(TriggerKey key, ViewSchedule schedule) throws SchedulerException {
    return scheduler.getTrigger(key) instanceof TickTrigger trigger && trigger.follows(schedule);
  }

  /** Whether this process did it, and no other at the same time. */
  private boolean put(TriggerKey key, ViewSchedule schedule, boolean there, Instant now)
      throws SchedulerException {
    TickTrigger trigger = new TickTrigger(schedule, key, JOB, now);
    try {
      if (there && scheduler.rescheduleJob(key, trigger) != null) {
        return true;
      }
      scheduler.scheduleJob(trigger);
      return true;
    } catch (ObjectAlreadyExistsException another) {
      return false;
    }
  }

  /** Fires once for ticks that were missed. */
  void catchUp(String name, Map<String, Instant> ticks, Instant at) throws SchedulerException {
    Trigger trigger =
        TriggerBuilder.newTrigger()
            .withIdentity(name(name) + "." + UUID.randomUUID(), MISSED)
            .forJob(JOB)
            .usingJobData(TickJob.toCatchUp(ticks))
            .startAt(Date.from(at))
            .withSchedule(
                SimpleScheduleBuilder.simpleSchedule()
                    .withRepeatCount(0)
                    .withMisfireHandlingInstructionFireNow())
            .build();
    scheduler.scheduleJob(trigger);
  }

  /** The columns of Quartz's tables are narrower than the names of views may be long. */
  private static String name(String view) {
    return view.length() <= LONGEST_NAME
        ? view
        : view.substring(0, LONGEST_NAME / 2)
            + "-"
            + UUID.nameUUIDFromBytes(view.getBytes(StandardCharsets.UTF_8));
  }

  /** Nothing fires any more. */
  void pause() {
    try {
      scheduler.standby();
    } catch (SchedulerException e) {
      LOG.warn("The schedules could not be paused: {}", e.getMessage());
    }
  }

  @Override
  public void close() {
    try {
      scheduler.shutdown(true);
    } catch (SchedulerException e) {
      LOG.warn("The schedules could not be closed: {}", e.getMessage());
    }
  }
}
