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
import io.bergview.refresh.pin.SourcePins;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.iceberg.Snapshot;

/**
 * Moves the lineage of a view on to the snapshots that its sources have now, where these hold the
 * rows that it has read: compaction leaves it behind on snapshots that expire, and with them what
 * changed since would be lost. The snapshot that says so adds no file; to the views above it is no
 * change.
 */
public final class LineageAdvance {
  private final Catalogs catalogs;
  private final Clock clock;
  private final RefreshProgress progress;

  public LineageAdvance(ProjectContext context, RefreshProgress progress) {
    this.catalogs = context.catalogs();
    this.clock = context.clock();
    this.progress = requireNonNull(progress, "progress is null");
  }

  /**
   * Commits the lineage, unless the view has it already.
   *
   * @param view as it was when the plan was made
   * @param pinned its sources as they are
   * @param started when planning began
   * @return the snapshot that says so; empty where nothing was to be said
   * @throws ConflictException where somebody else changed the view; plan again
   */
  public Optional<Snapshot> run(
      RegisteredView view, RefreshPlan.Advance plan, PinnedSources pinned, Instant started) {
    ViewCommit commit = new ViewCommit(view);
    List<SourceSnapshot> sources =
        pinned.lineage(view.name(), FrozenTypes.resolve(view, pinned.columns(view)).sources());
    if (LineageLookup.of(view.table()) instanceof LineageLookup.RecordedLineage found
        && new HashSet<>(found.lineage().sources()).equals(new HashSet<>(sources))) {
      return Optional.empty();
    }
    Lineage lineage = new Lineage(view.definitionVersion(), started, sources);
    progress.phase(view.name(), "committing");
    SourcePins pins = new SourcePins(catalogs, view);
    pins.hold(sources);
    RefreshRecord record =
        RefreshOutput.nothing(view, plan)
            .record(UUID.randomUUID().toString(), Duration.between(started, clock.instant()));
    Snapshot made;
    try {
      made = commit.append(List.of(), lineage, record);
    } catch (RuntimeException e) {
      throw catalogs.failure(e, "commit the lineage of view " + view.name(), view.catalog());
    }
    pins.keepOnly(sources, pinned);
    return Optional.of(made);
  }
}
