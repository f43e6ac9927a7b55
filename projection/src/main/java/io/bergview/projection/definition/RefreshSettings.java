package io.bergview.projection.definition;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.ZoneId;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * {@code $refresh}: when and how a view is made fresh.
 *
 * @param schedule UNIX five-field cron or a nickname; present exactly when the mode is scheduled
 * @param timezone of the schedule
 * @param jitter within what time of a tick the view's refresh begins: {@link CronTicks#delay}
 * @param batchWindow how long a streaming refresh waits after the first commit for more to come
 * @param gracePeriod how long after the first unseen source commit an answer may still come from
 *     the view
 * @param retention how long snapshots are kept; empty for the vacuum's default
 * @param maxDelta share of changed rows, 0 to 1, from which a full refresh is taken to be cheaper;
 *     empty for the planner's own judgement, {@link #USUAL_MAX_DELTA} of all but small tables
 * @param eventTypes which changes trigger a streaming refresh; never what it contains
 * @param pin whether tags keep the lineage's source snapshots from expiring
 * @param timeout an unattended refresh that takes longer is cancelled; empty for the project's
 * @param retries how often an unattended refresh that failed is tried again; empty for the
 *     project's
 * @param cascade whether a scheduled or streaming view that reads this one has it refreshed too
 */
public record RefreshSettings(
    Mode mode,
    Optional<String> schedule,
    ZoneId timezone,
    Duration jitter,
    Duration batchWindow,
    Strategy strategy,
    Duration gracePeriod,
    Optional<Duration> retention,
    Policy policy,
    Optional<Double> maxDelta,
    Set<EventType> eventTypes,
    boolean pin,
    Optional<Duration> timeout,
    OptionalInt retries,
    boolean cascade) {
  public static final double USUAL_MAX_DELTA = 0.3;

  /** Who starts a refresh. */
  public enum Mode {
    STREAMING,
    SCHEDULED,
    MANUAL
  }

  /** Whether a scheduled refresh replaces the result or appends a batch. */
  public enum Strategy {
    REPLACE,
    APPEND
  }

  /** What the planner may choose. */
  public enum Policy {
    AUTO,
    INCREMENTAL,
    STRICT,
    FULL
  }

  /** Kinds of change of a source row. */
  public enum EventType {
    CREATE,
    UPDATE,
    DELETE
  }

  public RefreshSettings {
    requireNonNull(mode, "mode is null");
    requireNonNull(schedule, "schedule is null");
    requireNonNull(timezone, "timezone is null");
    requireNonNull(jitter, "jitter is null");
    requireNonNull(batchWindow, "batchWindow is null");
    requireNonNull(strategy, "strategy is null");
    requireNonNull(gracePeriod, "gracePeriod is null");
    requireNonNull(retention, "retention is null");
    requireNonNull(policy, "policy is null");
    requireNonNull(maxDelta, "maxDelta is null");
    eventTypes = Set.copyOf(eventTypes);
    requireNonNull(timeout, "timeout is null");
    requireNonNull(retries, "retries is null");
  }

  /** When the view is due by its schedule; empty without one. */
  public Optional<CronTicks> ticks() {
    return schedule.map(text -> CronTicks.of(text, timezone));
  }

  /** Whether every refresh adds a batch, and none replaces what is there. */
  public boolean appends() {
    return strategy == Strategy.APPEND;
  }

  /**
   * Whether the refresh of a scheduled or streaming view that reads this one refreshes this one
   * before it. One that has a schedule keeps to that.
   */
  public boolean isRefreshedWithReaders() {
    return cascade && mode != Mode.SCHEDULED;
  }

  /** Whether nothing but a request refreshes the view, whatever reads it. */
  public boolean isLeftAlone() {
    return !cascade && mode == Mode.MANUAL;
  }

  /** These, as far as they decide what rows a view has, and not only when and how it gets them. */
  public RefreshSettings deciding() {
    RefreshSettings defaults = manual();
    return new RefreshSettings(
        defaults.mode(),
        defaults.schedule(),
        defaults.timezone(),
        defaults.jitter(),
        defaults.batchWindow(),
        strategy,
        defaults.gracePeriod(),
        defaults.retention(),
        defaults.policy(),
        defaults.maxDelta(),
        defaults.eventTypes(),
        defaults.pin(),
        defaults.timeout(),
        defaults.retries(),
        defaults.cascade());
  }

  /** What a view without {@code $refresh} gets. */
  public static RefreshSettings manual() {
    return new RefreshSettings(
        Mode.MANUAL,
        Optional.empty(),
        java.time.ZoneOffset.UTC,
        Duration.ZERO,
        Duration.ZERO,
        Strategy.REPLACE,
        Duration.ZERO,
        Optional.empty(),
        Policy.AUTO,
        Optional.empty(),
        Set.of(EventType.values()),
        false,
        Optional.empty(),
        OptionalInt.empty(),
        true);
  }
}
