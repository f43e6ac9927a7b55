package io.bergview.refresh.incremental;

import static java.util.Objects.requireNonNull;

import io.bergview.catalog.Catalogs;
import io.bergview.catalog.lineage.Lineage;
import io.bergview.catalog.lineage.LineageLookup;
import io.bergview.catalog.storage.Locations;
import io.bergview.catalog.view.FrozenTypes;
import io.bergview.catalog.view.RegisteredView;
import io.bergview.errors.ConflictException;
import io.bergview.errors.DataException;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.MissingFileException;
import io.bergview.pipeline.context.ProjectContext;
import io.bergview.pipeline.delta.DeltaReader;
import io.bergview.pipeline.delta.TableDelta;
import io.bergview.pipeline.engine.Engine;
import io.bergview.pipeline.engine.EngineLease;
import io.bergview.pipeline.engine.EngineSession;
import io.bergview.pipeline.engine.OverflowDiagnosis;
import io.bergview.projection.plan.ResolvedView;
import io.bergview.refresh.ProgressWatch;
import io.bergview.refresh.RefreshPlan;
import io.bergview.refresh.RefreshProgress;
import io.bergview.refresh.RefreshResult;
import io.bergview.refresh.RunningSession;
import io.bergview.refresh.algebra.ViewDelta;
import io.bergview.refresh.change.WideRows;
import io.bergview.refresh.commit.ViewCommit;
import io.bergview.refresh.pin.PinnedSources;
import io.bergview.refresh.pin.SourceLeases;
import io.bergview.refresh.write.Layout;
import io.bergview.staleness.delta.SourceDelta;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;

/**
 * Refreshes a view incrementally, at a cost proportional to what changed: reads the rows deleted
 * from its sources and inserted into them, computes the change of the view ({@link ViewDelta}), and
 * writes only that.
 */
public final class IncrementalRefresh {
  /** What became of a refresh. */
  public sealed interface Outcome {
    record Done(RefreshResult result) implements Outcome {
      public Done {
        requireNonNull(result, "result is null");
      }
    }

    /** Nothing was committed; everything is to be recomputed, for the reason that it gives. */
    record NotIncremental(RefreshPlan.Full instead) implements Outcome {
      public NotIncremental {
        requireNonNull(instead, "instead is null");
      }
    }
  }

  private final ProjectContext context;
  private final Catalogs catalogs;
  private final Engine engine;
  private final RefreshProgress progress;
  private final RunningSession running;
  private final ChangeCommit commits;

  public IncrementalRefresh(
      ProjectContext context, RefreshProgress progress, RunningSession running) {
    this.context = context;
    this.engine = context.engine();
    this.catalogs = context.catalogs();
    this.progress = progress;
    this.running = running;
    this.commits = new ChangeCommit(context, progress, running);
  }

  /**
   * @param view as of the planning, with known lineage and the sources of that lineage
   * @param pinned the sources to be read
   * @param started when planning began
   * @throws DataException if the data breaks a rule of the view; nothing is committed
   * @throws ConflictException if another writer changed the view; plan again
   * @throws MissingFileException if a pinned file has expired; plan again
   */
  public Outcome run(
      RegisteredView view, RefreshPlan.Incremental plan, PinnedSources pinned, Instant started) {
    try (EngineLease lease = engine.lease()) {
      return run(view, plan, pinned, started, lease);
    }
  }

  private Outcome run(
      RegisteredView view,
      RefreshPlan.Incremental plan,
      PinnedSources pinned,
      Instant started,
      EngineLease lease) {
    ViewCommit commit = new ViewCommit(view, catalogs);
    ResolvedView resolved = FrozenTypes.resolve(view, pinned.columns(view));
    ViewDelta algebra = new ViewDelta(resolved);
    Lineage made =
        new Lineage(
            view.definitionVersion(), started, pinned.lineage(view.name(), resolved.sources()));
    SourceVersions moments = new SourceVersions(catalogs, pinned, lineage(view), algebra.sources());
    Layout layout = Layout.of(view.table(), resolved);
    EngineSession session = running.use(lease);
    ChangeCommit.Written written;
    String message;
    try (SourceReads before = moments.before(session);
        SourceReads now = moments.now(session)) {
      progress.phase(view.name(), "reading changes");
      ScratchTables scratch = new ScratchTables(session);
      Map<String, SourceDelta> deltas = moments.deltas();
      Set<String> steady = new HashSet<>(algebra.sources().keySet());
      steady.removeAll(deltas.keySet());
      before.keep(steady);
      now.keep(steady);
      RefreshCosts costs = moments.costs(algebra.view().definition(), view.table());
      Optional<RefreshPlan.Full> cheaper = costs.ofReading(deltas);
      if (cheaper.isPresent()) {
        return new Outcome.NotIncremental(cheaper.get());
      }
      try (SourceChanges changes =
              new SourceChanges(scratch, read(session, algebra, moments, deltas));
          ProgressWatch watch = new ProgressWatch(view.name(), session, progress)) {
        progress.phase(view.name(), "computing");
        DeltaContext delta =
            new DeltaContext(
                session,
                scratch,
                algebra.holding(now::holds),
                view.table(),
                changes,
                before,
                now,
                moments.rows(algebra.rootType()),
                costs);
        Difference difference = difference(delta);
        if (difference instanceof Difference.NotIncremental tooMuch) {
          return new Outcome.NotIncremental(tooMuch.instead());
        }
        message = plan.message() + describe(changes) + describe(difference);
        written = commits.write(view, layout, session, difference);
      } catch (DataException e) {
        now.pruneNothing();
        throw OverflowDiagnosis.ofView(e, view.name(), resolved, session, now::sql);
      }
    }
    running.giveBack(lease);
    RefreshResult result =
        commits.commit(commit, view, written, new ChangeCommit.Cause(plan.reason(), message, made));
    new SourceLeases(context, view).follow(made.sources(), pinned);
    return new Outcome.Done(result);
  }

  private static String describe(SourceChanges changes) {
    return changes.types().isEmpty() ? "" : " (" + changes.describe() + ")";
  }

  private static String describe(Difference difference) {
    long again = difference instanceof Difference.Merge merge ? merge.groupsAgain() : 0;
    return again == 0 ? "" : "; groups recomputed: " + again;
  }

  private static Lineage lineage(RegisteredView view) {
    if (LineageLookup.of(view.table()) instanceof LineageLookup.RecordedLineage found) {
      return found.lineage();
    }
    throw new ConflictException(
        ErrorCode.COMMIT_CONFLICT,
        "The lineage of view "
            + view.name()
            + " was there when its refresh was planned and is gone",
        null);
  }

  private Map<String, TableDelta> read(
      EngineSession session,
      ViewDelta algebra,
      SourceVersions moments,
      Map<String, SourceDelta> deltas) {
    try {
      return rows(session, algebra, moments, deltas);
    } catch (MissingFileException e) {
      return rows(session, algebra, moments, moments.deltasOfEnds());
    }
  }

  private Map<String, TableDelta> rows(
      EngineSession session,
      ViewDelta algebra,
      SourceVersions moments,
      Map<String, SourceDelta> deltas) {
    DeltaReader reader = new DeltaReader(session);
    Map<String, TableDelta> rows = new LinkedHashMap<>();
    try {
      deltas.forEach(
          (type, delta) -> {
            Schema columns = moments.source(type).schema();
            Table table = moments.table(type);
            rows.put(
                type,
                algebra.selectsKeysOnly(type)
                        && (WideRows.isWide(columns) || !Locations.isLocal(table.location()))
                    ? reader.readCandidates(table, delta, columns, RefreshCosts.SMALL_ROWS)
                    : reader.read(table, delta, columns));
          });
    } catch (RuntimeException e) {
      rows.values().forEach(TableDelta::close);
      throw e;
    }
    return rows;
  }

  private static Difference difference(DeltaContext delta) {
    if (delta.changes().types().isEmpty()) {
      return new Difference.None();
    }
    return new ViewDifference(delta).compute();
  }
}
