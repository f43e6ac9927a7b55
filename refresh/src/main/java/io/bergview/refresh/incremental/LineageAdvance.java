package io.bergview.refresh.incremental;

import static java.util.Objects.requireNonNull;

import io.bergview.catalog.Catalogs;
import io.bergview.catalog.lineage.Lineage;
import io.bergview.catalog.lineage.LineageLookup;
import io.bergview.catalog.lineage.RefreshRecord;
import io.bergview.catalog.lineage.SourceSnapshot;
import io.bergview.catalog.view.FrozenTypes;
import io.bergview.catalog.view.RegisteredView;
import io.bergview.errors.ConflictException;
import io.bergview.pipeline.context.ProjectContext;
import io.bergview.refresh.RefreshOutput;
import io.bergview.refresh.RefreshPlan;
import io.bergview.refresh.RefreshProgress;
import io.bergview.refresh.commit.ViewCommit;
import io.bergview.refresh.pin.PinnedSources;
import io.bergview.refresh.pin.SourceLeases;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.iceberg.Snapshot;

/**
 * Advances the lineage of a view to the current snapshots of its sources, if these have the rows
 * that it has read: otherwise, after a compaction, it would name snapshots that expire, and later
 * changes could not be determined. The new snapshot adds no file; for downstream views it is not a
 * change.
 */
public final class LineageAdvance {
  private final ProjectContext context;
  private final Catalogs catalogs;
  private final Clock clock;
  private final RefreshProgress progress;

  public LineageAdvance(ProjectContext context, RefreshProgress progress) {
    this.context = context;
    this.catalogs = context.catalogs();
    this.clock = context.clock();
    this.progress = requireNonNull(progress, "progress is null");
  }

  /**
   * Commits the lineage, unless the view has it already.
   *
   * @param view as of the planning
   * @param pinned its current sources
   * @param started when planning began
   * @return the new snapshot; empty if none was needed
   * @throws ConflictException if another writer changed the view; plan again
   */
  public Optional<Snapshot> run(
      RegisteredView view, RefreshPlan.Advance plan, PinnedSources pinned, Instant started) {
    ViewCommit commit = new ViewCommit(view, catalogs);
    List<SourceSnapshot> sources =
        pinned.lineage(view.name(), FrozenTypes.resolve(view, pinned.columns(view)).sources());
    if (LineageLookup.of(view.table()) instanceof LineageLookup.RecordedLineage found
        && new HashSet<>(found.lineage().sources()).equals(new HashSet<>(sources))) {
      return Optional.empty();
    }
    Lineage lineage = new Lineage(view.definitionVersion(), started, sources);
    progress.phase(view.name(), "committing");
    RefreshRecord record =
        RefreshOutput.unchanged(view, plan)
            .record(UUID.randomUUID().toString(), Duration.between(started, clock.instant()));
    Snapshot made;
    try {
      made = commit.append(List.of(), lineage, record);
    } catch (RuntimeException e) {
      throw catalogs.failure(e, "commit the lineage of view " + view.name(), view.catalog());
    }
    new SourceLeases(context, view).follow(sources, pinned);
    return Optional.of(made);
  }
}
