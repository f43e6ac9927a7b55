package io.bergview.upkeep.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.catalog.view.ViewListing;
import io.bergview.define.alter.ViewAlteration;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.StorageException;
import io.bergview.projection.definition.CronTicks;
import io.bergview.refresh.RefreshRequest;
import io.bergview.upkeep.MissedTicks;
import io.bergview.upkeep.RefreshTask;
import io.bergview.upkeep.RefreshTrigger;
import io.bergview.upkeep.TaskQueue;
import io.bergview.upkeep.UpkeepEvent;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is submitted when, and what of it together. */
class SchedulesTest {
  private static final String TOTALS =
      "$from: Order\n$groupBy: [status]\n$compute: {orders: {$count: '*'}}\n";
  private static final String HOURLY = "$refresh: {mode: scheduled, schedule: '@hourly'}\n";
  private static final Instant TEN = Instant.parse("2026-05-01T10:00:00Z");

  /** Keeps what is wanted. */
  private static final class Wanted implements TaskQueue {
    private final BlockingQueue<RefreshTask> tasks = new LinkedBlockingQueue<>();

    @Override
    public CompletionStage<UpkeepEvent> submit(RefreshTask task) {
      tasks.add(task);
      return new CompletableFuture<>();
    }

    Map<String, Instant> take() {
      List<RefreshTask> taken = new ArrayList<>();
      tasks.drainTo(taken);
      Map<String, Instant> ticks = new TreeMap<>();
      taken.forEach(task -> ticks.put(task.view(), tick(task)));
      assertThat(ticks).as("each once").hasSameSizeAs(taken);
      return ticks;
    }

    static Instant tick(RefreshTask task) {
      return ((RefreshTrigger.ScheduleTick) task.trigger()).scheduled();
    }
  }

  @TempDir Path folder;
  private final Wanted wanted = new Wanted();
  private final List<UpkeepEvent> told = new CopyOnWriteArrayList<>();
  private ScheduledProject project;
  private Schedules schedules;

  @BeforeEach
  void open() {
    project = new ScheduledProject(folder, "settings: {memory-limit: 512MiB, threads: 2}\n");
    project.time.set(Instant.now());
    schedules = new Schedules(project.context, wanted, told::add);
  }

  @AfterEach
  void close() {
    schedules.close();
    project.close();
  }

  private void read() {
    schedules.views(project.registry.listing());
  }

  @Test
  void viewsOfOneFamilyAreWantedTogetherAndOthersAlone() throws Exception {
    project.define("Base", TOTALS + HOURLY);
    project.define("Above", "$from: Base\n" + HOURLY);
    project.define("Seldom", "$from: Base\n$refresh: {mode: scheduled, schedule: '@daily'}\n");
    project.define("Other", TOTALS + HOURLY);
    project.define("ByHand", "$from: Base\n");
    read();

    schedules.fired("Base", TEN, Optional.empty());
    assertThat(wanted.take()).as("the first by name speaks for all").isEmpty();
    schedules.fired("Above", TEN, Optional.empty());
    List<RefreshTask> tasks = List.copyOf(wanted.tasks);
    assertThat(wanted.take()).isEqualTo(Map.of("Above", TEN, "Base", TEN));
    assertThat(tasks).extracting(RefreshTask::notBefore).doesNotContain(Optional.empty());
    assertThat(tasks.get(0).notBefore()).isEqualTo(tasks.get(1).notBefore());
    schedules.fired("Other", TEN, Optional.empty());
    assertThat(wanted.take()).isEqualTo(Map.of("Other", TEN));

    Instant midnight = Instant.parse("2026-05-02T00:00:00Z");
    schedules.fired("Above", midnight, Optional.empty());
    assertThat(wanted.take())
        .isEqualTo(Map.of("Above", midnight, "Base", midnight, "Seldom", midnight));
    schedules.fired("Seldom", midnight, Optional.empty());
    assertThat(wanted.take()).isEmpty();
  }

  @Test
  void whoFiresLateSpeaksForItselfAndForItsLastTick() throws Exception {
    project.define("Base", TOTALS + HOURLY);
    project.define("Above", "$from: Base\n$refresh: {mode: scheduled, schedule: '0 6 * * *'}\n");
    read();

    schedules.fired("Base", TEN.plusSeconds(700), Optional.empty());
    assertThat(wanted.take()).isEqualTo(Map.of("Base", TEN));
    schedules.fired("Above", TEN.plusSeconds(700), Optional.empty());
    assertThat(wanted.take()).isEqualTo(Map.of("Above", Instant.parse("2026-05-01T06:00:00Z")));
    assertThat(told).extracting(UpkeepEvent::view).containsExactly("Base", "Above");
  }

  @Test
  void theTicksThatAFiringComesTooLateForAreAnEvent() throws Exception {
    project.define("V", TOTALS + HOURLY);
    read();

    schedules.fired("V", TEN, Optional.of(TEN.minus(Duration.ofHours(1))));
    assertThat(told).as("in time").isEmpty();
    schedules.fired("V", TEN.plusSeconds(700), Optional.of(TEN.minus(Duration.ofHours(4))));
    assertThat(told)
        .singleElement()
        .isInstanceOfSatisfying(
            UpkeepEvent.TicksMissed.class,
            missed -> {
              assertThat(missed.caughtUp()).isEqualTo(TEN);
              assertThat(missed.ticks())
                  .isEqualTo(new MissedTicks(TEN.minus(Duration.ofHours(3)), TEN, 4));
            });
  }

  @Test
  void jitterDelaysTheBeginningAndLeavesTheTick() throws Exception {
    project.define("V", TOTALS + "$refresh: {mode: scheduled, schedule: '@hourly', jitter: 10m}\n");
    read();
    Duration delay = CronTicks.delay("V", Duration.ofMinutes(10));
    assertThat(delay).isPositive();

    schedules.fired("V", TEN.plus(delay), Optional.empty());
    assertThat(wanted.take()).isEqualTo(Map.of("V", TEN));
  }

  @Test
  void missedTicksAreMadeUpForByOneRefresh() throws Exception {
    project.define("V", TOTALS + HOURLY);
    project.define("Fresh", TOTALS + HOURLY);
    project.define("ByHand", TOTALS);
    Instant now = project.time.instant();
    project.time.set(now.minus(Duration.ofDays(40)));
    assertThat(project.refresh(RefreshRequest.ofAll()).failures()).isEmpty();
    project.define("V", TOTALS.replace("orders:", "number:") + HOURLY);
    project.time.set(now);
    read();
    schedules.start();

    RefreshTask task = wanted.tasks.poll(30, TimeUnit.SECONDS);
    assertThat(task).isNotNull();
    assertThat(task.view()).isEqualTo("V");
    assertThat(Wanted.tick(task)).isEqualTo(now.truncatedTo(ChronoUnit.HOURS));
    read();
    assertThat(wanted.take()).isEmpty();
  }

  @Test
  void aViewThatWasNeverRefreshedIsCaughtUpWithAtOnce() throws Exception {
    project.define("V", TOTALS + HOURLY);
    project.define("History", TOTALS + HOURLY.replace("'@hourly'", "'@hourly', strategy: append"));
    read();
    schedules.start();

    RefreshTask task = wanted.tasks.poll(30, TimeUnit.SECONDS);
    assertThat(task).isNotNull();
    assertThat(task.view()).isEqualTo("V");
    assertThat(Wanted.tick(task)).isEqualTo(project.time.instant().truncatedTo(ChronoUnit.HOURS));
    read();
    assertThat(wanted.take()).as("once").isEmpty();
  }

  @Test
  void changesOfDefinitionsAreFollowedWithoutARestart() throws Exception {
    project.define("V", TOTALS + HOURLY);
    project.refresh(RefreshRequest.ofAll());
    read();
    CronTicks hourly = CronTicks.of("@hourly", ZoneOffset.UTC);
    assertThat(schedules.next())
        .isEqualTo(Map.of("V", hourly.next(project.time.instant()).orElseThrow()));

    project.alter(ViewAlteration.of("V").set("refresh.schedule", "0 0 29 2 *"));
    read();
    CronTicks leap = CronTicks.of("0 0 29 2 *", ZoneOffset.UTC);
    assertThat(schedules.next())
        .isEqualTo(Map.of("V", leap.next(project.time.instant()).orElseThrow()));
    project.define("W", TOTALS + HOURLY);
    read();
    assertThat(schedules.next()).containsOnlyKeys("V", "W");

    project.registry.drop("W");
    project.alter(ViewAlteration.of("V").set("refresh.mode", "manual").unset("refresh.schedule"));
    read();
    assertThat(schedules.next()).isEmpty();
    schedules.fired("V", TEN, Optional.empty());
    schedules.fired("W", TEN, Optional.empty());
    assertThat(wanted.take()).as("fired in the moment before").isEmpty();
  }

  @Test
  void whatCannotBeReadKeepsItsSchedule() {
    project.define("V", TOTALS + HOURLY);
    project.refresh(RefreshRequest.ofAll());
    read();
    schedules.views(
        new ViewListing(
            List.of(),
            List.of(
                new ViewListing.Unreadable(
                    "lake",
                    Optional.empty(),
                    Optional.of("V"),
                    new StorageException(ErrorCode.CATALOG_UNREACHABLE, "gone")))));

    assertThat(schedules.next()).containsOnlyKeys("V");
  }
}
