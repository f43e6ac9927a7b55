package io.bergview.refresh.run;

import io.bergview.catalog.view.PublishedViews;
import io.bergview.catalog.view.RegisteredView;
import io.bergview.errors.BergviewException;
import io.bergview.errors.MissingFileException;
import io.bergview.pipeline.context.ProjectContext;
import io.bergview.projection.definition.EngineChoice;
import io.bergview.projection.definition.TableName;
import io.bergview.refresh.RefreshKind;
import io.bergview.refresh.RefreshOutput;
import io.bergview.refresh.RefreshPlan;
import io.bergview.refresh.RefreshPlanner;
import io.bergview.refresh.RefreshProgress;
import io.bergview.refresh.RefreshReason;
import io.bergview.refresh.RefreshResult;
import io.bergview.refresh.RunningSession;
import io.bergview.refresh.full.FullRefresh;
import io.bergview.refresh.incremental.CostEstimate;
import io.bergview.refresh.incremental.IncrementalRefresh;
import io.bergview.refresh.incremental.LineageAdvance;
import io.bergview.refresh.pin.BaseTables;
import io.bergview.refresh.pin.PinnedSources;
import io.bergview.refresh.pin.SourceLeases;
import io.bergview.refresh.spark.EngineTask;
import io.bergview.refresh.spark.RemoteSpark;
import io.bergview.staleness.Staleness;
import io.bergview.staleness.ViewState;
import io.bergview.staleness.damage.Damage;
import io.bergview.staleness.damage.LostFile;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One attempt to refresh one view: its sources are pinned, then a plan is made for just these. */
final class ViewRefresh {
  private static final Logger LOG = LoggerFactory.getLogger(ViewRefresh.class);

  private final ProjectContext context;
  private final Staleness staleness;
  private final Clock clock;
  private final RefreshProgress progress;
  private final FullRefresh fullRefresh;
  private final IncrementalRefresh incrementalRefresh;
  private final LineageAdvance lineageAdvance;
  private final RunningSession running;
  private final EngineSelection engines;
  private final PublishedViews published;

  ViewRefresh(ProjectContext context, RefreshProgress progress, RunningSession running) {
    this.context = context;
    this.staleness = context.staleness();
    this.clock = context.clock();
    this.progress = progress;
    this.running = running;
    this.engines = new EngineSelection(context);
    this.published = new PublishedViews(context.catalogs());
    this.fullRefresh = new FullRefresh(context, progress, running);
    this.incrementalRefresh = new IncrementalRefresh(context, progress, running);
    this.lineageAdvance = new LineageAdvance(context, progress);
  }

  /** Whether it was cancelled, so that any failure is due to that. */
  boolean isCancelled() {
    return running.isCancelled();
  }

  /**
   * The options of a refresh.
   *
   * @param full recompute even what is fresh
   * @param named false where it is refreshed only since others read it
   * @param scheduled the instant for which it is refreshed
   * @param engine that computes; empty for what the view or the project says
   */
  record RefreshOptions(
      boolean full, boolean named, Instant scheduled, Optional<EngineChoice> engine) {}

  /**
   * @param options the time, and whether to recompute
   * @param first whether this is the first attempt at this view
   * @param tried is called with the kind that is about to be tried, whenever it changes
   * @throws io.bergview.refresh.pin.StalePinException if {@code bases} are too old
   * @throws io.bergview.errors.ConflictException if another writer changed the view
   * @throws MissingFileException if a pinned file has expired
   */
  RefreshResult run(
      RegisteredView view,
      BaseTables bases,
      RefreshOptions options,
      boolean first,
      Consumer<RefreshKind> tried) {
    Instant started = begin(view);
    boolean behind = PublishedViews.isBehind(view);
    PinnedSources sources = PinnedSources.of(view, bases, context);
    ViewState state = state(view, sources, bases);
    RefreshPlan plan = plan(view, sources, state, options);
    tried.accept(plan.kind());
    RefreshResult result;
    if (engines.isSpark(view, plan, sources, options.engine())) {
      result = bySpark(view, bases, options, first);
    } else if (plan instanceof RefreshPlan.Incremental incremental) {
      result = follow(view, state, sources, incremental, started, first, tried);
    } else if (plan instanceof RefreshPlan.Recompute needed) {
      result = recompute(view, needed, sources, started);
    } else if (plan instanceof RefreshPlan.Advance advance) {
      Optional<Snapshot> made = lineageAdvance.run(view, advance, sources, started);
      if (made.isEmpty()) {
        new SourceLeases(context, view).renew();
      }
      result = skipped(view, plan, started, made.orElse(view.table().currentSnapshot()));
    } else {
      new SourceLeases(context, view).renew();
      result = undone(view, plan, started);
    }
    boolean recomputed = plan instanceof RefreshPlan.Recompute || result.kind() == RefreshKind.FULL;
    if (behind || recomputed && view.definition().view().publish().isPresent()) {
      publish(view);
    }
    progress.phase(view.name(), "done");
    return result;
  }

  /**
   * Other engines are to read the columns that the view has now. The rows are committed; if this
   * fails, the next refresh does it.
   */
  private void publish(RegisteredView view) {
    try {
      published.follow(view);
    } catch (BergviewException e) {
      LOG.warn(
          "View {} is refreshed, but not what is published of it; the next refresh tries again: {}",
          view.name(),
          e.getMessage());
    }
  }

  /** It plans again, from the same snapshots, and does the same. */
  private RefreshResult bySpark(
      RegisteredView view, BaseTables bases, RefreshOptions options, boolean first) {
    return RemoteSpark.of(context)
        .refresh(
            new EngineTask(
                view.name(),
                options.full(),
                options.named(),
                first,
                options.scheduled(),
                bases.snapshots()),
            progress,
            running);
  }

  /** The files of a view that would be skipped are checked, if that is cheap. */
  private ViewState state(RegisteredView view, PinnedSources sources, BaseTables bases) {
    ViewState state = staleness.state(view, sources.tables(), bases::find);
    boolean rests = RefreshPlanner.preview(state) instanceof RefreshPlan.Skip;
    return rests && staleness.damage().look(view).isPresent()
        ? staleness.state(view, sources.tables(), bases::find)
        : state;
  }

  private RefreshResult recompute(
      RegisteredView view, RefreshPlan.Recompute plan, PinnedSources sources, Instant started) {
    try {
      return fullRefresh.run(view, plan, sources, started);
    } catch (RuntimeException e) {
      throw explained(sources, e);
    }
  }

  /** A failure to read, converted to that of the source with a lost file, if there is one. */
  private RuntimeException explained(PinnedSources sources, RuntimeException failure) {
    if (!Damage.mayExplain(failure)) {
      return failure;
    }
    for (Map.Entry<TableName, Table> source : sources.tables().entrySet()) {
      Snapshot current = source.getValue().currentSnapshot();
      Optional<LostFile> lost =
          current == null
              ? Optional.empty()
              : staleness.damage().ofTable(source.getKey(), source.getValue(), current);
      if (lost.isPresent()) {
        Optional<RegisteredView> upstream =
            context.registry().viewIn(source.getKey(), source.getValue());
        upstream.ifPresent(staleness.damage()::ofView);
        return upstream
            .map(damaged -> Damage.failure(damaged, lost.get(), failure))
            .orElseGet(() -> Damage.failure(source.getKey(), lost.get(), failure));
      }
    }
    return failure;
  }

  /**
   * What a refresh would do; nothing is done.
   *
   * @param changing the views that it reads and that would be refreshed before it, by name
   */
  RefreshResult forecast(
      RegisteredView view, BaseTables bases, RefreshOptions options, List<String> changing) {
    Instant started = begin(view);
    RefreshPlan plan;
    if (changing.isEmpty() || view.definition().view().refresh().appends()) {
      PinnedSources sources = PinnedSources.of(view, bases, context);
      ViewState state = state(view, sources, bases);
      plan = plan(view, sources, state, options);
      if (plan instanceof RefreshPlan.Incremental incremental) {
        RefreshPlan expected = new CostEstimate(context.catalogs()).of(view, incremental, sources);
        plan =
            expected instanceof RefreshPlan.Full needed
                ? RefreshPlanner.bounded(view, state, needed)
                : expected;
      }
    } else {
      plan = RefreshPlanner.planAfter(view, staleness.state(view), options.full(), changing);
    }
    progress.phase(view.name(), "done");
    return undone(view, plan, started);
  }

  /** If a full refresh is not possible either, that is reported before the policy is applied. */
  private static RefreshPlan plan(
      RegisteredView view, PinnedSources sources, ViewState state, RefreshOptions options) {
    switch (state.reason()) {
      case SOURCE_SCHEMA_CHANGED, SOURCE_RECREATED, DEFINITION_CHANGED -> sources.resolve(view);
      default -> {}
    }
    if (!view.definition().view().refresh().appends()) {
      return RefreshPlanner.plan(view, state, options.full());
    }
    return options.named()
        ? RefreshPlanner.batch(view, state, options.full(), options.scheduled())
        : RefreshPlanner.afterUpstream(view, state, options.scheduled());
  }

  private Instant begin(RegisteredView view) {
    progress.phase(view.name(), "planning");
    return clock.instant();
  }

  private RefreshResult undone(RegisteredView view, RefreshPlan plan, Instant started) {
    return skipped(view, plan, started, view.table().currentSnapshot());
  }

  private RefreshResult skipped(
      RegisteredView view, RefreshPlan plan, Instant started, @Nullable Snapshot current) {
    return RefreshOutput.unchanged(view, plan)
        .result(
            current == null ? -1 : current.snapshotId(),
            Duration.between(started, clock.instant()));
  }

  /** Where it turns out that the changes cannot be followed, the view is recomputed. */
  private RefreshResult follow(
      RegisteredView view,
      ViewState state,
      PinnedSources sources,
      RefreshPlan.Incremental plan,
      Instant started,
      boolean first,
      Consumer<RefreshKind> tried) {
    RefreshPlan.Full instead;
    try {
      IncrementalRefresh.Outcome outcome = incrementalRefresh.run(view, plan, sources, started);
      if (outcome instanceof IncrementalRefresh.Outcome.Done done) {
        return done.result();
      }
      instead = ((IncrementalRefresh.Outcome.NotIncremental) outcome).instead();
    } catch (RuntimeException e) {
      instead = insteadOf(view, sources, e, first);
    }
    RefreshPlan.Full bounded = RefreshPlanner.bounded(view, state, instead);
    tried.accept(RefreshKind.FULL);
    return recompute(view, bounded, sources, started);
  }

  /** If the changes could not be applied since a file is gone: the view's own, or a source's. */
  private RefreshPlan.Full insteadOf(
      RegisteredView view, PinnedSources sources, RuntimeException failure, boolean first) {
    Optional<LostFile> lost =
        Damage.mayExplain(failure) ? staleness.damage().ofView(view) : Optional.empty();
    if (lost.isPresent()) {
      return new RefreshPlan.Full(
          RefreshReason.VIEW_FILES_LOST,
          "View %s has lost rows: %s"
              .formatted(view.name(), lost.get().of(view.tableName().toString())),
          false);
    }
    RuntimeException explained = explained(sources, failure);
    if (first || !(explained instanceof MissingFileException)) {
      throw explained;
    }
    return new RefreshPlan.Full(
        RefreshReason.SOURCE_SNAPSHOT_EXPIRED,
        "A file of the sources as view %s has read them is gone: %s"
            .formatted(view.name(), failure.getMessage()),
        false);
  }
}
