package io.bergview.upkeep.schedule;

import io.bergview.catalog.lineage.LastBatch;
import io.bergview.catalog.lineage.RefreshRecord;
import io.bergview.catalog.lineage.SnapshotKind;
import io.bergview.catalog.view.RegisteredView;
import io.bergview.history.FailureJournal;
import io.bergview.history.RefreshFailure;
import io.bergview.projection.definition.CronTicks;
import io.bergview.projection.definition.RefreshSettings;
import io.bergview.refresh.RefreshPlan;
import io.bergview.refresh.RefreshPlanner;
import io.bergview.staleness.Freshness;
import io.bergview.staleness.Reason;
import io.bergview.staleness.ViewState;
import io.bergview.upkeep.FailedAttempts;
import io.bergview.upkeep.MissedTicks;
import io.bergview.upkeep.queue.RetryPolicy;
import io.bergview.upkeep.queue.ViewLimits;
import io.bergview.upkeep.schedule.DueView.DueStatus;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.util.SnapshotUtil;

/**
 * Whether one view is due.
 *
 * <p>With a schedule it depends on its last tick. A view that appends is due if it has no batch of
 * that tick or a later one, and had its current definition by then. Any other is due if its sources
 * were last read before the tick, and
 *
 * <ul>
 *   <li>it was never refreshed, or is invalid for another reason,
 *   <li>or it is stale, and was so at the tick: later commits wait for the next one,
 *   <li>or only its lineage is outdated, since sources were compacted.
 * </ul>
 */
final class DueRule {
  private static final int MOST_FAILURES = 200;

  private final RegisteredView view;
  private final RefreshSettings settings;
  private final ViewState state;
  private final RetryPolicy retries;
  private final Instant now;
  private final Optional<Instant> tick;
  private final Optional<Instant> next;

  DueRule(RegisteredView view, ViewState state, RetryPolicy retries, Instant now) {
    this.view = view;
    this.settings = view.definition().view().refresh();
    this.state = state;
    this.retries = retries;
    this.now = now;
    Optional<CronTicks> ticks = settings.ticks();
    this.tick = ticks.flatMap(known -> known.last(now));
    this.next = ticks.flatMap(known -> known.next(now));
  }

  /**
   * Which upstream views of a view are stale.
   *
   * @param brought whether some are refreshed with it
   * @param leftAlone whether there are some that nothing refreshes, which must be reported
   */
  record StaleUpstreams(boolean brought, boolean leftAlone) {}

  DueView verdict(FailureJournal journal, StaleUpstreams behind) {
    if (settings.mode() == RefreshSettings.Mode.STREAMING) {
      return !behind.brought()
              && !behind.leftAlone()
              && RefreshPlanner.preview(state) instanceof RefreshPlan.Skip
          ? found(DueStatus.NOT_DUE, state.message())
          : unlessItFailed(journal, Optional.empty(), state.message());
    }
    if (tick.isEmpty()) {
      return found(DueStatus.NOT_DUE, "Its schedule has had no tick yet");
    }
    Instant at = tick.get();
    return settings.appends() ? batch(at, journal) : replacement(at, journal, behind);
  }

  private DueView batch(Instant at, FailureJournal journal) {
    Optional<Instant> last = LastBatch.of(view.table());
    if (last.isPresent() && !last.get().isBefore(at)) {
      return found(DueStatus.NOT_DUE, "It has its batch of %s".formatted(last.get()));
    }
    Optional<Instant> defined = definedSinceLastRefresh();
    if (defined.isPresent() && !defined.get().isBefore(at)) {
      return found(
          DueStatus.NOT_DUE, "It was defined at %s, after its last tick".formatted(defined.get()));
    }
    Optional<Instant> from = last.or(() -> defined).map(time -> time.plusMillis(1));
    return unlessItFailed(journal, from, "It has no batch of %s".formatted(at));
  }

  private DueView replacement(Instant at, FailureJournal journal, StaleUpstreams behind) {
    if (state.reason() == Reason.NEVER_REFRESHED) {
      return unlessItFailed(journal, Optional.empty(), state.message());
    }
    if (state.lastRefresh().filter(read -> !read.isBefore(at)).isPresent()) {
      return found(DueStatus.NOT_DUE, "It was refreshed since %s".formatted(at));
    }
    RefreshPlan plan = RefreshPlanner.preview(state);
    if (plan instanceof RefreshPlan.Advance) {
      return unlessItFailed(journal, Optional.empty(), plan.message());
    }
    if (state.state() == Freshness.FRESH) {
      return found(DueStatus.NOT_DUE, state.message());
    }
    if (state.staleSince().filter(since -> since.isAfter(at)).isPresent()
        && state.state() == Freshness.STALE) {
      return found(
          DueStatus.NOT_DUE,
          "It was fresh at %s; later changes are for the next tick".formatted(at));
    }
    return unlessItFailed(journal, dueFrom(behind), state.message());
  }

  /**
   * Since when a tick finds the view stale; empty where a refresh has nothing to read, so that it
   * may have been tried at each of them.
   */
  private Optional<Instant> dueFrom(StaleUpstreams behind) {
    if (!behind.brought() && RefreshPlanner.preview(state) instanceof RefreshPlan.Skip) {
      return Optional.empty();
    }
    Optional<Instant> read = state.lastRefresh().map(time -> time.plusMillis(1));
    return state
        .staleSince()
        .or(this::definedSinceLastRefresh)
        .or(() -> tick)
        .map(since -> read.filter(since::isBefore).orElse(since));
  }

  /** When the view got its current definition, if it has not been refreshed with it yet. */
  private Optional<Instant> definedSinceLastRefresh() {
    Table table = view.table();
    for (Snapshot snapshot : SnapshotUtil.currentAncestors(table)) {
      if (SnapshotKind.of(table, snapshot) == SnapshotKind.DEFINITION) {
        return Optional.of(Instant.ofEpochMilli(snapshot.timestampMillis()));
      }
      if (RefreshRecord.of(snapshot.summary()).isPresent()) {
        return Optional.empty();
      }
    }
    return table.currentSnapshot() == null && table instanceof HasTableOperations known
        ? Optional.of(Instant.ofEpochMilli(known.operations().current().lastUpdatedMillis()))
        : Optional.empty();
  }

  /** Failures since the tick count; without a schedule those since the last refresh. */
  private List<RefreshFailure> failures(FailureJournal journal) {
    Instant since = tick.or(state::lastRefresh).orElse(Instant.EPOCH);
    return allFailures(journal).stream()
        .filter(failure -> !failure.time().isBefore(since))
        .toList();
  }

  private List<RefreshFailure> allFailures(FailureJournal journal) {
    return journal.of(view.name(), view.table().uuid().toString(), MOST_FAILURES);
  }

  private int mostAttempts() {
    return new ViewLimits(settings.timeout(), settings.retries()).retries(retries).attempts();
  }

  /** Of a view whose refresh has just failed. */
  FailedAttempts attempts(FailureJournal journal) {
    int count = Math.max(1, failures(journal).size());
    return new FailedAttempts(
        count,
        count < mostAttempts()
            ? Optional.of(now.plus(retries.waitAfter(count)))
            : Optional.empty());
  }

  /**
   * @param dueFrom since when ticks find it due; empty where it is due without a tick
   */
  private DueView unlessItFailed(FailureJournal journal, Optional<Instant> dueFrom, String why) {
    List<RefreshFailure> failures = failures(journal);
    if (failures.isEmpty()) {
      return new DueView(
          view.name(),
          settings.mode(),
          DueStatus.DUE,
          tick,
          next,
          Optional.empty(),
          dueFrom.flatMap(from -> missed(from, allFailures(journal))),
          dueFrom.flatMap(from -> tick.filter(at -> !from.isAfter(at))).isPresent(),
          why);
    }
    RefreshFailure last = failures.get(0);
    if (tick.isPresent() && failures.size() >= mostAttempts()) {
      return found(
          DueStatus.GIVEN_UP,
          next,
          "It has failed %s since %s, most recently with %s: %s"
              .formatted(
                  failures.size() == 1 ? "once" : failures.size() + " times",
                  tick.get(),
                  last.code(),
                  last.message()));
    }
    Instant again = last.time().plus(retries.waitAfter(failures.size()));
    return again.isAfter(now)
        ? found(
            DueStatus.WAITING,
            Optional.of(again),
            "It has failed at %s with %s: %s".formatted(last.time(), last.code(), last.message()))
        : found(DueStatus.DUE, why);
  }

  /** The ticks from then on and before the last one, after which no attempt has failed. */
  private Optional<MissedTicks> missed(Instant from, List<RefreshFailure> failures) {
    Optional<CronTicks> ticks = settings.ticks();
    if (ticks.isEmpty() || tick.isEmpty()) {
      return Optional.empty();
    }
    Instant first = null;
    Instant last = from;
    int count = 0;
    Optional<Instant> at = ticks.get().next(from.minusMillis(1));
    while (at.isPresent() && at.get().isBefore(tick.get()) && count < MissedTicks.MOST) {
      Instant missed = at.get();
      at = ticks.get().next(missed);
      Instant until = at.orElse(tick.get());
      boolean tried =
          failures.stream()
              .map(RefreshFailure::time)
              .anyMatch(time -> !time.isBefore(missed) && time.isBefore(until));
      if (!tried) {
        first = first == null ? missed : first;
        last = missed;
        count++;
      }
    }
    return first == null ? Optional.empty() : Optional.of(new MissedTicks(first, last, count));
  }

  private DueView found(DueStatus verdict, String why) {
    return found(verdict, Optional.empty(), why);
  }

  private DueView found(DueStatus verdict, Optional<Instant> notBefore, String why) {
    return new DueView(
        view.name(), settings.mode(), verdict, tick, next, notBefore, Optional.empty(), false, why);
  }

  /** A view that is due with another that it reads. */
  static DueView withUpstream(DueView view) {
    return new DueView(
        view.view(),
        view.mode(),
        DueStatus.DUE,
        view.tick(),
        view.next(),
        view.notBefore(),
        view.missed(),
        view.untried(),
        "A view that it reads is due");
  }
}
