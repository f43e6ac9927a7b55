package io.bergview.projection.definition;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.ZoneId;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * {@code $refresh} and {@code $engine}: when and how a view is refreshed.
 *
 * @param schedule UNIX five-field cron or a nickname; present exactly when the mode is scheduled
 * @param timezone of the schedule
 * @param jitter how long after a tick the view's refresh begins at the latest: {@link
 *     CronTicks#delay}
 * @param batchWindow how long a streaming refresh waits for further commits after the first
 * @param gracePeriod how long after the first unread commit of a source queries may still read the
 *     view
 * @param retention how long snapshots are kept; empty for the vacuum's default
 * @param maxDelta share of changed rows, 0 to 1, above which a full refresh is considered cheaper;
 *     empty for the planner's default, {@link #USUAL_MAX_DELTA} except for small tables
 * @param eventTypes which changes trigger a streaming refresh; they do not affect what it contains
 * @param pin whether leases keep the lineage's source snapshots from expiring; empty for the
 *     project's default
 * @param timeout an unattended refresh that takes longer is cancelled; empty for the project's
 *     default
 * @param retries how often an unattended refresh that failed is retried; empty for the project's
 *     default
 * @param cascade whether a scheduled or streaming view that reads this one has it refreshed too
 * @param engine {@code $engine}; empty for the project's default
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
    Optional<LeaseSetting> pin,
    Optional<Duration> timeout,
    OptionalInt retries,
    boolean cascade,
    Optional<EngineChoice> engine) {
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
    requireNonNull(pin, "pin is null");
    requireNonNull(timeout, "timeout is null");
    requireNonNull(retries, "retries is null");
    requireNonNull(engine, "engine is null");
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
   * first. A view with a schedule keeps to that.
   */
  public boolean isRefreshedWithReaders() {
    return cascade && mode != Mode.SCHEDULED;
  }

  /** Whether the view is refreshed only on request, regardless of downstream views. */
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
        defaults.cascade(),
        defaults.engine());
  }

  /** With another engine. */
  RefreshSettings withEngine(Optional<EngineChoice> other) {
    return new RefreshSettings(
        mode,
        schedule,
        timezone,
        jitter,
        batchWindow,
        strategy,
        gracePeriod,
        retention,
        policy,
        maxDelta,
        eventTypes,
        pin,
        timeout,
        retries,
        cascade,
        other);
  }

  /** What a view without {@code $refresh} and {@code $engine} gets. */
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
        Optional.empty(),
        Optional.empty(),
        OptionalInt.empty(),
        true,
        Optional.empty());
  }
}
