package io.bergview.upkeep.schedule;

import io.bergview.catalog.lineage.LastBatch;
import io.bergview.catalog.lineage.RefreshRecord;
import io.bergview.catalog.lineage.SummaryKeys;
import io.bergview.catalog.view.RegisteredView;
import io.bergview.projection.definition.CronTicks;
import io.bergview.projection.definition.RefreshSettings;
import io.bergview.refresh.RefreshPlan;
import io.bergview.refresh.RefreshPlanner;
import io.bergview.staleness.Freshness;
import io.bergview.staleness.Reason;
import io.bergview.staleness.ViewState;
import io.bergview.staleness.history.FailureJournal;
import io.bergview.staleness.history.RefreshFailure;
import io.bergview.upkeep.schedule.DueView.Verdict;
import io.bergview.upkeep.work.RetryPolicy;
import io.bergview.upkeep.work.ViewLimits;
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
 * <p>With a schedule it is a matter of its last tick. A view that appends is due where it has no
 * batch of that tick or a later one, and was defined as it is by then. Any other is due where its
 * sources were last read before the tick, and
 *
 * <ul>
 *   <li>it was never refreshed, or is invalid for another reason,
 *   <li>or it is stale, and was so at the tick: what was committed later is for the next one.
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
   * @param workBeneath whether views that it reads are behind, for which it is due
   */
  DueView verdict(FailureJournal journal, boolean workBeneath) {
    if (settings.mode() == RefreshSettings.Mode.STREAMING) {
      return !workBeneath && RefreshPlanner.preview(state) instanceof RefreshPlan.Skip
          ? found(Verdict.NOT_DUE, state.message())
          : unlessItFailed(journal, state.message());
    }
    if (tick.isEmpty()) {
      return found(Verdict.NOT_DUE, "Its schedule has named no time yet");
    }
    Instant at = tick.get();
    return settings.appends() ? batch(at, journal) : replacement(at, journal);
  }

  private DueView batch(Instant at, FailureJournal journal) {
    Optional<Instant> last = LastBatch.of(view.table());
    if (last.isPresent() && !last.get().isBefore(at)) {
      return found(Verdict.NOT_DUE, "It has its batch of %s".formatted(last.get()));
    }
    Optional<Instant> defined = definedSinceLastRefresh();
    if (defined.isPresent() && !defined.get().isBefore(at)) {
      return found(
          Verdict.NOT_DUE, "It was defined at %s, after its last tick".formatted(defined.get()));
    }
    return unlessItFailed(journal, "It has no batch of %s".formatted(at));
  }

  private DueView replacement(Instant at, FailureJournal journal) {
    if (state.reason() == Reason.NEVER_REFRESHED) {
      return unlessItFailed(journal, state.message());
    }
    if (state.lastRefresh().filter(read -> !read.isBefore(at)).isPresent()) {
      return found(Verdict.NOT_DUE, "It was refreshed since %s".formatted(at));
    }
    if (state.state() == Freshness.FRESH) {
      return found(Verdict.NOT_DUE, state.message());
    }
    if (state.staleSince().filter(since -> since.isAfter(at)).isPresent()
        && state.state() == Freshness.STALE) {
      return found(
          Verdict.NOT_DUE,
          "It was fresh at %s; what has come since is for the next tick".formatted(at));
    }
    return unlessItFailed(journal, state.message());
  }

  /** When the view got the definition by which it has not been refreshed. */
  private Optional<Instant> definedSinceLastRefresh() {
    Table table = view.table();
    for (Snapshot snapshot : SnapshotUtil.currentAncestors(table)) {
      if (SummaryKeys.CHANGE_DEFINITION.equals(snapshot.summary().get(SummaryKeys.CHANGE))) {
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
  private DueView unlessItFailed(FailureJournal journal, String why) {
    Instant since = tick.or(state::lastRefresh).orElse(Instant.EPOCH);
    List<RefreshFailure> failures =
        journal.of(view.name(), view.table().uuid().toString(), MOST_FAILURES).stream()
            .filter(failure -> !failure.time().isBefore(since))
            .toList();
    if (failures.isEmpty()) {
      return found(Verdict.DUE, why);
    }
    RefreshFailure last = failures.get(0);
    int most = new ViewLimits(settings.timeout(), settings.retries()).retries(retries).attempts();
    if (tick.isPresent() && failures.size() >= most) {
      return new DueView(
          view.name(),
          settings.mode(),
          Verdict.GIVEN_UP,
          tick,
          next,
          next,
          "It has failed %d times since %s, at last with %s: %s"
              .formatted(failures.size(), since, last.code(), last.message()));
    }
    Instant again = last.time().plus(retries.waitAfter(failures.size()));
    return again.isAfter(now)
        ? new DueView(
            view.name(),
            settings.mode(),
            Verdict.WAITING,
            tick,
            next,
            Optional.of(again),
            "It has failed at %s with %s: %s".formatted(last.time(), last.code(), last.message()))
        : found(Verdict.DUE, why);
  }

  private DueView found(Verdict verdict, String why) {
    return new DueView(view.name(), settings.mode(), verdict, tick, next, Optional.empty(), why);
  }

  /** A view that is due with another that it reads. */
  static DueView withUpstream(DueView view) {
    return new DueView(
        view.view(),
        view.mode(),
        Verdict.DUE,
        view.tick(),
        view.next(),
        view.notBefore(),
        "A view that it reads is due");
  }
}
