package io.bergview.upkeep.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.catalog.Project;
import io.bergview.projection.definition.CronTicks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.quartz.Scheduler;
import org.quartz.TriggerKey;
import org.quartz.impl.matchers.GroupMatcher;

/** The triggers that a real Quartz scheduler has. */
class TimetableTest {
  private static final CronTicks DAILY = CronTicks.of("0 2 * * *", ZoneId.of("Europe/Berlin"));
  private static final CronTicks NEVER_SOON = CronTicks.of("0 0 29 2 *", ZoneOffset.UTC);

  @TempDir Path folder;
  private final BlockingQueue<Map<String, Instant>> caughtUp = new LinkedBlockingQueue<>();
  private Scheduler scheduler;
  private Timetable timetable;

  @BeforeEach
  void open() throws Exception {
    Files.writeString(folder.resolve(Project.FILE), "");
    scheduler = QuartzStore.scheduler(Optional.empty(), Project.open(folder).secrets());
    timetable =
        new Timetable(
            scheduler,
            new TickJob.Firing() {
              @Override
              public void tick(String view, Instant planned, Optional<Instant> before) {
                caughtUp.add(Map.of(view, planned));
              }

              @Override
              public void catchUp(Map<String, Instant> ticks) {
                caughtUp.add(ticks);
              }
            });
  }

  @AfterEach
  void close() {
    timetable.close();
  }

  private static ViewSchedule schedule(String view, CronTicks ticks, Duration delay) {
    return new ViewSchedule(view, "uuid of " + view, ticks, delay);
  }

  private Instant next(String view) throws Exception {
    Date next = scheduler.getTrigger(TriggerKey.triggerKey(view, "views")).getNextFireTime();
    return next.toInstant();
  }

  private List<String> views() throws Exception {
    return scheduler.getTriggerKeys(GroupMatcher.anyTriggerGroup()).stream()
        .map(TriggerKey::getName)
        .sorted()
        .toList();
  }

  @Test
  void triggersComeChangeAndGoWithTheSchedules() throws Exception {
    Instant now = Instant.now();
    ViewSchedule daily = schedule("Daily", DAILY, Duration.ZERO);
    ViewSchedule leap = schedule("Leap", NEVER_SOON, Duration.ofSeconds(9));
    assertThat(timetable.follow(List.of(daily, leap), true, now)).containsExactly("Daily", "Leap");
    assertThat(next("Daily")).isEqualTo(DAILY.next(now.minusSeconds(1)).orElseThrow());
    assertThat(next("Leap")).isEqualTo(NEVER_SOON.next(now).orElseThrow().plusSeconds(9));
    assertThat(timetable.follow(List.of(daily, leap), true, now)).as("nothing new").isEmpty();

    ViewSchedule changed = schedule("Daily", NEVER_SOON, Duration.ZERO);
    assertThat(timetable.follow(List.of(changed, leap), true, now)).containsExactly("Daily");
    assertThat(next("Daily")).isEqualTo(NEVER_SOON.next(now).orElseThrow());
    ViewSchedule another = new ViewSchedule("Leap", "another", NEVER_SOON, Duration.ZERO);
    assertThat(timetable.follow(List.of(changed, another), true, now)).containsExactly("Leap");

    assertThat(timetable.follow(List.of(another), false, now)).isEmpty();
    assertThat(views()).as("what cannot be read now stays").containsExactly("Daily", "Leap");
    timetable.follow(List.of(another), true, now);
    assertThat(views()).containsExactly("Leap");
    timetable.follow(List.of(), true, now);
    assertThat(views()).isEmpty();
  }

  @Test
  void missedTicksAreReportedOnce() throws Exception {
    Map<String, Instant> ticks =
        Map.of(
            "A",
            Instant.parse("2026-01-01T00:00:00Z"),
            "B.b",
            Instant.parse("2026-01-02T00:00:00Z"));
    timetable.follow(List.of(), true, Instant.now());
    timetable.catchUp("A", ticks, Instant.now());
    timetable.start();

    assertThat(caughtUp.poll(30, TimeUnit.SECONDS)).isEqualTo(ticks);
    // The trigger goes when its job has ended, a little after the job told us.
    for (int i = 0; i < 500 && !views().isEmpty(); i++) {
      Thread.sleep(10);
    }
    assertThat(views()).isEmpty();
  }

  @Test
  void triggerReportsItsScheduledTime() throws Exception {
    ViewSchedule daily = schedule("Daily", DAILY, Duration.ofMillis(1_234));
    Instant tick = DAILY.last(Instant.now().minusSeconds(2)).orElseThrow();
    TickTrigger trigger =
        new TickTrigger(
            daily,
            TriggerKey.triggerKey("Daily", "views"),
            org.quartz.JobKey.jobKey("refresh", "views"),
            tick.minusMillis(1));
    timetable.follow(List.of(), true, Instant.now());
    scheduler.scheduleJob(trigger);
    timetable.start();

    // It is days or hours late for that one, and so fires now, once.
    Map<String, Instant> fired = caughtUp.poll(30, TimeUnit.SECONDS);
    assertThat(fired).containsOnlyKeys("Daily");
    assertThat(daily.tickBegunAt(fired.get("Daily"))).contains(tick);
    assertThat(next("Daily")).isEqualTo(DAILY.next(tick).orElseThrow().plusMillis(1_234));
  }

  @Test
  void namesOfViewsMayBeLongerThanQuartzTakes() throws Exception {
    List<ViewSchedule> schedules = new ArrayList<>();
    for (String end : List.of("a", "b")) {
      schedules.add(schedule("V".repeat(250) + end, DAILY, Duration.ZERO));
    }
    timetable.follow(schedules, true, Instant.now());

    assertThat(views()).hasSize(2).allMatch(name -> name.length() <= 200);
  }

  @Test
  void itsThreadsKeepNoProcessAlive() throws Exception {
    timetable.start();

    assertThat(Thread.getAllStackTraces().keySet())
        .filteredOn(thread -> thread.getName().contains("bergview-ticks"))
        .isNotEmpty()
        .allMatch(Thread::isDaemon);
    assertThat(Thread.getAllStackTraces().keySet())
        .filteredOn(thread -> thread.getName().contains("QuartzSchedulerThread"))
        .allMatch(Thread::isDaemon);
  }
}
