package io.bergview.refresh.incremental;

import static java.util.Objects.requireNonNull;

import io.bergview.catalog.Catalogs;
import io.bergview.catalog.lineage.LineageLookup;
import io.bergview.catalog.view.FrozenTypes;
import io.bergview.catalog.view.RegisteredView;
import io.bergview.errors.MissingFileException;
import io.bergview.refresh.RefreshKind;
import io.bergview.refresh.RefreshPlan;
import io.bergview.refresh.RefreshReason;
import io.bergview.refresh.algebra.Following;
import io.bergview.refresh.algebra.ViewDelta;
import io.bergview.refresh.pin.PinnedSources;
import io.bergview.staleness.delta.SourceDelta;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.SnapshotSummary;

/** Estimates an incremental refresh from metadata only. */
public final class CostEstimate {
  private final Catalogs catalogs;

  public CostEstimate(Catalogs catalogs) {
    this.catalogs = requireNonNull(catalogs, "catalogs is null");
  }

  /**
   * @param plan of a view whose lineage is known
   * @param pinned its sources as they would be read
   * @return the kind that metadata lets expect, with the size of what would be read; a full refresh
   *     where the changes cannot be followed. Whether they are too large is known only when they
   *     are read.
   */
  public RefreshPlan of(RegisteredView view, RefreshPlan.Incremental plan, PinnedSources pinned) {
    if (!(LineageLookup.of(view.table()) instanceof LineageLookup.RecordedLineage found)) {
      return plan;
    }
    ViewDelta algebra = new ViewDelta(FrozenTypes.resolve(view, pinned.columns(view)));
    SourceVersions moments =
        new SourceVersions(catalogs, pinned, found.lineage(), algebra.sources());
    Map<String, SourceDelta> deltas = moments.deltas();
    Optional<String> why = Following.ofAny(algebra.view(), deltas.keySet());
    if (why.isPresent()) {
      return notIncremental(view, why.get());
    }
    Optional<RefreshPlan.Full> cheaper =
        moments.costs(algebra.view().definition(), view.table()).ofReading(deltas);
    if (cheaper.isPresent()) {
      return cheaper.get();
    }
    return new RefreshPlan.Incremental(
        deltas.isEmpty() || appends(algebra, deltas) ? RefreshKind.APPEND : RefreshKind.MERGE,
        plan.reason(),
        plan.message() + size(deltas));
  }

  /** The bytes of the data files that a recompute reads. */
  public static long sourceBytes(PinnedSources pinned) {
    return pinned.tables().values().stream()
        .mapToLong(table -> SourceVersions.total(table, SnapshotSummary.TOTAL_FILE_SIZE_PROP))
        .sum();
  }

  /**
   * The bytes of the data files that differ from those that the view has read; of all files where
   * that cannot be told.
   */
  public long changedBytes(RegisteredView view, PinnedSources pinned) {
    if (!(LineageLookup.of(view.table()) instanceof LineageLookup.RecordedLineage found)) {
      return sourceBytes(pinned);
    }
    ViewDelta algebra = new ViewDelta(FrozenTypes.resolve(view, pinned.columns(view)));
    try {
      return new SourceVersions(catalogs, pinned, found.lineage(), algebra.sources())
          .deltas().values().stream().mapToLong(SourceDelta::likelyBytes).sum();
    } catch (MissingFileException e) {
      return sourceBytes(pinned);
    }
  }

  /** Whether only new rows of a root table come into a view of rows. */
  private static boolean appends(ViewDelta algebra, Map<String, SourceDelta> deltas) {
    boolean rootOnly =
        algebra
            .rooted()
            .filter(plan -> deltas.keySet().equals(Set.of(plan.rootType())))
            .filter(plan -> !plan.relatedTypes().contains(plan.rootType()))
            .isPresent();
    return rootOnly
        && !algebra.grouped()
        && deltas.values().stream()
            .allMatch(delta -> delta.removed().isEmpty() && delta.redeleted().isEmpty());
  }

  private static RefreshPlan notIncremental(RegisteredView view, String why) {
    return new RefreshPlan.Full(
        RefreshReason.NOT_INCREMENTAL,
        "View %s is recomputed: %s".formatted(view.name(), why),
        false);
  }

  private static String size(Map<String, SourceDelta> deltas) {
    long rows = deltas.values().stream().mapToLong(SourceDelta::rows).sum();
    double megabytes = deltas.values().stream().mapToLong(SourceDelta::bytes).sum() / 1e6;
    return String.format(
        Locale.ROOT, "; at most %d rows in %.1f MB of data files are compared", rows, megabytes);
  }
}
