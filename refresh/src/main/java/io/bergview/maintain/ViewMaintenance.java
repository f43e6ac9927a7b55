package io.bergview.maintain;

import io.bergview.catalog.Catalogs;
import io.bergview.catalog.TablePropertyRules;
import io.bergview.catalog.view.Neighbours;
import io.bergview.catalog.view.RegisteredView;
import io.bergview.catalog.view.ViewFolder;
import io.bergview.catalog.view.ViewListing;
import io.bergview.catalog.view.ViewRegistry;
import io.bergview.errors.BergviewException;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.RefusedException;
import io.bergview.history.CommitJournal;
import io.bergview.maintain.LayoutPlanner.Extent;
import io.bergview.pipeline.context.ProjectContext;
import io.bergview.refresh.RefreshOutcome;
import io.bergview.refresh.RefreshProgress;
import io.bergview.refresh.RunningSession;
import io.bergview.refresh.pin.SourceLeases;
import io.bergview.settings.MaintenanceLimits;
import io.bergview.staleness.damage.Damage;
import io.bergview.staleness.damage.LostFile;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.util.PropertyUtil;

/**
 * Keeps the tables of views small: expires old snapshots, deletes unreferenced files, merges small
 * files and manifests, applies deletes. Rows, lineage and state of a view do not change. Safe
 * beside refreshes and other maintenance of the same views, in this process or another; if the
 * process dies, the tables are in the state before or after a step, and leftover files are orphans.
 */
public final class ViewMaintenance {
  private final ProjectContext context;
  private final Catalogs catalogs;
  private final ViewRegistry registry;
  private final Clock clock;
  private final RefreshProgress progress;
  private final MaintenanceLimits limits;
  private final Damage damage;
  private final RunningSession running = new RunningSession();
  private final ExpiringFiles leaving = new ExpiringFiles();

  public ViewMaintenance(
      ProjectContext context, RefreshProgress progress, MaintenanceLimits limits) {
    this.context = context;
    this.catalogs = context.catalogs();
    this.registry = context.registry();
    this.clock = context.clock();
    this.progress = progress;
    this.limits = limits;
    this.damage = context.staleness().damage();
  }

  /**
   * What {@link #keepBounded} did.
   *
   * @param need what was needed
   * @param again when files that readers may still use become due, while this process runs: call it
   *     again then; empty if none wait
   */
  public record Bounded(
      MaintenanceNeed need,
      CompactionResult compaction,
      VacuumResult vacuum,
      Optional<Instant> again) {}

  /**
   * Vacuums views: expires snapshots older than the retention, and deletes files that only they
   * reference, metadata files that the log no longer lists, and orphans.
   *
   * @throws io.bergview.errors.NotFoundException if a name is not a view; then nothing is done
   */
  public MaintenanceOutcome<VacuumResult> vacuum(MaintenanceRequest request) {
    ViewListing chosen = chosen(request);
    Neighbours neighbours = new Neighbours(catalogs);
    return each(chosen, "vacuum", view -> vacuum(view, request, neighbours));
  }

  /**
   * Compacts views, as far as their files need it.
   *
   * @throws io.bergview.errors.NotFoundException if a name is not a view; then nothing is done
   */
  public MaintenanceOutcome<CompactionResult> compact(MaintenanceRequest request) {
    return each(
        chosen(request), "compact", view -> compaction(Extent.WHOLE).run(view, request.dryRun()));
  }

  /** Whether a view's table needs maintenance; cheap enough to call after every refresh. */
  public MaintenanceNeed need(RegisteredView view) {
    return MaintenanceNeed.of(
        view.table(),
        retention(view, Optional.empty()),
        catalogs.project().settings().targetFileSizeBytes(),
        limits);
  }

  /**
   * Does only what bounds a view's table, as quickly as possible: for a service that calls it after
   * every few refreshes, possibly during one. Merges manifests and compacts if {@link #need} says
   * so, expires snapshots beyond the retention or the maximum, and deletes files that only they
   * referenced after the grace period of readers, and old metadata files. A merged file is left
   * alone until as many bytes have been added; orphans are not searched. After repeated conflicts
   * it gives up for this time.
   *
   * @throws io.bergview.errors.NotFoundException {@code VIEW_NOT_FOUND}
   * @throws io.bergview.errors.ConflictException if others changed the view repeatedly
   */
  public Bounded keepBounded(String name) {
    RegisteredView view = registry.find(name);
    try {
      return bounded(view);
    } catch (RuntimeException e) {
      throw failure(e, "maintain", view);
    }
  }

  private Bounded bounded(RegisteredView seen) {
    String name = seen.name();
    RegisteredView view = seen;
    MaintenanceNeed need = need(view);
    CompactionResult compaction = CompactionResult.unchanged(name, false);
    if (need.compaction()) {
      compaction = compaction(Extent.RECENT).run(view, false);
    } else if (need.manifests()) {
      compaction = compaction(Extent.RECENT).runOnManifests(view);
    }
    view = registry.find(name);
    Duration kept = retentionOf(view, Optional.empty());
    if (!collects(view.table())) {
      return new Bounded(need, compaction, notCollecting(view, kept, false), Optional.empty());
    }
    boolean nothingExpires = retention(view, Optional.empty()).expirable(Set.of()).isEmpty();
    NamedSnapshots named =
        nothingExpires ? NamedSnapshots.NONE : NamedSnapshots.of(registry.listingToRead());
    try {
      VacuumResult vacuum =
          new ViewVacuum(
                  view, new ViewFolder(view.table(), List.of()), expiry(view, kept, named), false)
              .runQuickly(kept, leaving, clock.instant(), grace(kept));
      return new Bounded(need, compaction, vacuum, leaving.next(name));
    } catch (RuntimeException e) {
      throw catalogs.failure(e, "vacuum view " + name, view.catalog());
    }
  }

  /** Stops a compaction that runs; it fails with {@code CANCELLED}. Call it from any thread. */
  public void cancel() {
    running.cancel();
  }

  private ViewCompaction compaction(Extent extent) {
    return new ViewCompaction(context, progress, running, limits, extent);
  }

  private ViewListing chosen(MaintenanceRequest request) {
    return request.all()
        ? registry.listing()
        : new ViewListing(
            request.views().stream().distinct().map(registry::find).toList(), List.of());
  }

  private <T> MaintenanceOutcome<T> each(
      ViewListing chosen, String verb, Function<RegisteredView, T> work) {
    List<T> done = new ArrayList<>();
    List<RefreshOutcome.Failure> failures = new ArrayList<>();
    for (ViewListing.Unreadable broken : chosen.unreadable()) {
      failures.add(new RefreshOutcome.Failure(broken.name(), broken.error()));
    }
    for (RegisteredView view : chosen.views()) {
      try {
        running.check();
        TablePropertyRules.checkForCommit(view.tableName().toString(), view.table().properties());
        done.add(work.apply(view));
      } catch (RuntimeException e) {
        failures.add(new RefreshOutcome.Failure(view.name(), failure(e, verb, view)));
      }
    }
    return new MaintenanceOutcome<>(done, failures);
  }

  /** The failure names the lost file of the view, if there is one. */
  private BergviewException failure(RuntimeException failure, String verb, RegisteredView view) {
    Optional<LostFile> lost = Damage.mayExplain(failure) ? damage.ofView(view) : Optional.empty();
    return lost.<BergviewException>map(file -> Damage.failure(view, file, failure))
        .orElseGet(() -> catalogs.failure(failure, verb + " view " + view.name(), view.catalog()));
  }

  private VacuumResult vacuum(
      RegisteredView view, MaintenanceRequest request, Neighbours neighbours) {
    Duration kept = retentionOf(view, request.retention());
    if (!collects(view.table())) {
      return notCollecting(view, kept, request.dryRun());
    }
    refuseSharedFolder(view, neighbours);
    NamedSnapshots named = NamedSnapshots.of(registry.listingToRead());
    List<String> remarks = new ArrayList<>();
    if (!named.unreadable().isEmpty()) {
      remarks.add(
          "the sources of views could not be read from %s; if those views read %s, they will have to be recomputed"
              .formatted(String.join(", ", named.unreadable()), view.name()));
    }
    VacuumResult result =
        new ViewVacuum(
                view,
                new ViewFolder(view.table(), neighbours.of(view).values()),
                expiry(view, kept, named),
                request.dryRun())
            .run(kept, clock.instant().minus(catalogs.project().settings().safetyAge()), remarks);
    if (!request.dryRun()) {
      new SourceLeases(context, view).mend();
    }
    return result;
  }

  private Expiry expiry(RegisteredView view, Duration kept, NamedSnapshots named) {
    return new Expiry(
        view.name(),
        view.table(),
        retention(view, Optional.of(kept)),
        named.in(view.table()),
        new CommitJournal(catalogs.project()),
        clock.instant().minus(grace(kept)));
  }

  /** With a retention of zero there is no grace period for readers. */
  private Duration grace(Duration kept) {
    return kept.compareTo(limits.readerGrace()) < 0 ? kept : limits.readerGrace();
  }

  private SnapshotRetention retention(RegisteredView view, Optional<Duration> wanted) {
    return new SnapshotRetention(view.table(), clock.instant(), retentionOf(view, wanted), limits);
  }

  private Duration retentionOf(RegisteredView view, Optional<Duration> wanted) {
    return wanted
        .or(() -> view.definition().view().refresh().retention())
        .orElse(limits.retention());
  }

  private static boolean collects(Table table) {
    return PropertyUtil.propertyAsBoolean(
        table.properties(), TableProperties.GC_ENABLED, TableProperties.GC_ENABLED_DEFAULT);
  }

  private static VacuumResult notCollecting(RegisteredView view, Duration kept, boolean dryRun) {
    int snapshots = 0;
    for (Object each : view.table().snapshots()) {
      snapshots++;
    }
    return new VacuumResult(
        view.name(),
        dryRun,
        kept,
        snapshots,
        VacuumResult.Freed.NOTHING,
        List.of("its table has gc.enabled=false, so everything is kept"));
  }

  private static void refuseSharedFolder(RegisteredView view, Neighbours neighbours) {
    Optional<TableIdentifier> same = neighbours.withSameFolder(view);
    if (same.isPresent()) {
      throw new RefusedException(
          ErrorCode.POLICY_REFUSED,
          "The folder of view %s, %s, is also that of table %s, so none of its files is known to be the view's alone; move that table first"
              .formatted(view.name(), view.table().location(), same.get()));
    }
  }
}
