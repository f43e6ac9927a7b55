package io.bergview.refresh.full;

import io.bergview.catalog.Catalogs;
import io.bergview.catalog.Project;
import io.bergview.catalog.lineage.Lineage;
import io.bergview.catalog.lineage.RefreshRecord;
import io.bergview.catalog.lineage.SourceSnapshot;
import io.bergview.catalog.view.RegisteredView;
import io.bergview.errors.ConflictException;
import io.bergview.errors.DataException;
import io.bergview.pipeline.context.ProjectContext;
import io.bergview.pipeline.engine.DuplicateKeys;
import io.bergview.pipeline.engine.Engine;
import io.bergview.pipeline.engine.EngineLease;
import io.bergview.pipeline.engine.EngineSession;
import io.bergview.pipeline.engine.OverflowDiagnosis;
import io.bergview.pipeline.scan.Relation;
import io.bergview.pipeline.scan.SnapshotFiles;
import io.bergview.projection.plan.ResolvedView;
import io.bergview.projection.plan.SourceTable;
import io.bergview.projection.sql.Relations;
import io.bergview.refresh.ProgressWatch;
import io.bergview.refresh.RefreshKind;
import io.bergview.refresh.RefreshOutput;
import io.bergview.refresh.RefreshPlan;
import io.bergview.refresh.RefreshProgress;
import io.bergview.refresh.RefreshResult;
import io.bergview.refresh.RunningSession;
import io.bergview.refresh.commit.ViewCommit;
import io.bergview.refresh.pin.PinnedSources;
import io.bergview.refresh.pin.SourceLeases;
import io.bergview.refresh.write.Layout;
import io.bergview.refresh.write.ViewFiles;
import io.bergview.staleness.SnapshotRows;
import io.bergview.staleness.damage.Damage;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expressions;

/**
 * Recomputes a view from its pinned sources, and replaces its rows in one commit, or adds to them
 * where it appends. A view that has not appended before loses the rows that are of no batch.
 */
public final class FullRefresh {
  private final ProjectContext context;
  private final Project project;
  private final Catalogs catalogs;
  private final Engine engine;
  private final Clock clock;
  private final RefreshProgress progress;
  private final RunningSession running;
  private final Damage damage;

  public FullRefresh(ProjectContext context, RefreshProgress progress, RunningSession running) {
    this.context = context;
    this.damage = context.staleness().damage();
    this.project = context.project();
    this.engine = context.engine();
    this.running = running;
    this.catalogs = context.catalogs();
    this.clock = context.clock();
    this.progress = progress;
  }

  /**
   * @param view as of the planning
   * @param sources as pinned for it
   * @param started when planning began: the sources are pinned after it
   * @throws DataException if the data breaks a rule of the view; nothing is committed
   * @throws ConflictException if another writer changed the view; plan again
   * @throws io.bergview.errors.MissingFileException if a pinned file has expired; plan again
   */
  public RefreshResult run(
      RegisteredView view, RefreshPlan.Recompute plan, PinnedSources sources, Instant started) {
    try (EngineLease lease = engine.lease()) {
      return run(view, plan, sources, started, lease);
    }
  }

  private RefreshResult run(
      RegisteredView view,
      RefreshPlan.Recompute plan,
      PinnedSources sources,
      Instant started,
      EngineLease lease) {
    ViewCommit commit = begin(view, plan);
    ResolvedView resolved = sources.resolve(view);
    List<SourceSnapshot> pinned = sources.lineage(view.name(), resolved.sources());
    Layout layout =
        plan.relayout() ? Layout.of(catalogs::find, resolved) : Layout.of(view.table(), resolved);
    TableEvolution evolution = new TableEvolution(commit.transaction());
    evolution.columns(resolved.schema(), plan.relayout());
    if (plan.relayout()) {
      evolution.layout(layout);
    }
    ViewFiles target =
        new ViewFiles(
            commit.transaction().table(), layout, project.settings().targetFileSizeBytes());
    String refreshId = UUID.randomUUID().toString();
    Optional<Instant> batch =
        plan instanceof RefreshPlan.Batch one ? Optional.of(one.scheduled()) : Optional.empty();
    List<DataFile> files = write(view.name(), resolved, sources, target, refreshId, batch, lease);
    running.giveBack(lease);
    SourceLeases leases = new SourceLeases(context, view);
    RefreshResult result;
    try {
      Lineage lineage = new Lineage(view.definitionVersion(), started, pinned);
      result = commit(commit, view, plan, files, lineage, refreshId);
    } catch (RuntimeException e) {
      noteLostManifests(view, e);
      commit.discard(files.stream().map(DataFile::location).toList());
      throw catalogs.failure(e, "commit the refresh of view " + view.name(), view.catalog());
    }
    leases.follow(pinned, sources);
    return result;
  }

  /** Batches that are there stay, so that a manifest of them that is lost is in the way. */
  private ViewCommit begin(RegisteredView view, RefreshPlan.Recompute plan) {
    if (!damage.hasLostManifests(view)) {
      return new ViewCommit(view, catalogs);
    }
    if (plan instanceof RefreshPlan.Batch && BatchRows.areIn(view.table())) {
      throw Damage.failure(view, damage.noted(view).orElseThrow(), null);
    }
    return ViewCommit.steppingOverLostManifests(view, catalogs);
  }

  /** Where manifests turn out to be lost only now, the next attempt steps over them. */
  private void noteLostManifests(RegisteredView view, RuntimeException failure) {
    if (failure instanceof ConflictException
        && failure.getCause() instanceof org.apache.iceberg.exceptions.NotFoundException) {
      damage.ofView(view);
    }
  }

  private RefreshResult commit(
      ViewCommit commit,
      RegisteredView view,
      RefreshPlan.Recompute plan,
      List<DataFile> files,
      Lineage lineage,
      String refreshId) {
    progress.phase(view.name(), "committing");
    long added = files.stream().mapToLong(DataFile::recordCount).sum();
    long bytes = files.stream().mapToLong(DataFile::fileSizeInBytes).sum();
    boolean adds = plan instanceof RefreshPlan.Batch && BatchRows.areIn(view.table());
    RefreshKind kind = adds ? RefreshKind.APPEND : RefreshKind.FULL;
    long removed = adds ? 0 : SnapshotRows.of(view.table(), commit.seen().orElse(null)).orZero();
    RefreshOutput output =
        new RefreshOutput(view, kind, plan.reason(), plan.message(), added, removed, bytes);
    RefreshRecord record = output.record(refreshId, since(lineage));
    running.check();
    Snapshot made;
    if (plan instanceof RefreshPlan.Batch one) {
      made =
          adds
              ? commit.addBatch(files, lineage, record, one.scheduled())
              : commit.replaceByBatch(files, lineage, record, one.scheduled());
    } else {
      made = commit.replaceAll(files, lineage, record);
    }
    return output.result(made.snapshotId(), since(lineage));
  }

  private Duration since(Lineage lineage) {
    return Duration.between(lineage.refreshStarted(), clock.instant());
  }

  private List<DataFile> write(
      String view,
      ResolvedView resolved,
      PinnedSources sources,
      ViewFiles target,
      String refreshId,
      Optional<Instant> batch,
      EngineLease lease) {
    Map<SourceTable, List<FileScanTask>> tasks = scans(view, resolved, sources);
    EngineSession session = running.use(lease);
    Map<String, Relation> relations = new LinkedHashMap<>();
    try {
      tasks.forEach(
          (source, files) ->
              relations.put(
                  source.type(),
                  session.read(sources.table(source.type()), files, source.schema())));
      Relations from = source -> relation(relations, source).sql(source.schema());
      progress.phase(view, "checking keys");
      DuplicateKeys.refuse(session, view, resolved.checks(), from);
      progress.phase(view, "computing");
      long sourceBytes =
          relations.values().stream().mapToLong(relation -> relation.size().bytes()).sum();
      try (ProgressWatch watch = new ProgressWatch(view, session, progress)) {
        String rows = session.select(resolved.plan(), from);
        String query =
            batch.map(instant -> BatchRows.of(session.dialect(), instant, rows)).orElse(rows);
        return target.write(session, query, sourceBytes, refreshId);
      } catch (DataException e) {
        throw OverflowDiagnosis.ofView(e, view, resolved, session, from);
      }
    } finally {
      relations.values().forEach(Relation::close);
    }
  }

  /** Which files hold the sources' rows, found while the session starts. */
  private Map<SourceTable, List<FileScanTask>> scans(
      String view, ResolvedView resolved, PinnedSources sources) {
    Map<SourceTable, List<FileScanTask>> tasks = new LinkedHashMap<>();
    for (SourceTable source : resolved.sources()) {
      progress.phase(view, "reading " + source.table());
      Table table = sources.table(source.type());
      tasks.put(
          source, SnapshotFiles.of(table, PinnedSources.snapshot(table), Expressions.alwaysTrue()));
    }
    return tasks;
  }

  private static Relation relation(Map<String, Relation> relations, SourceTable source) {
    Relation relation = relations.get(source.type());
    if (relation == null) {
      throw new IllegalStateException("source " + source.table() + " is not pinned");
    }
    return relation;
  }
}
