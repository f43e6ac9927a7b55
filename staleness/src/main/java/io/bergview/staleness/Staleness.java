package io.bergview.staleness;

import io.bergview.catalog.Catalogs;
import io.bergview.catalog.lineage.Lineage;
import io.bergview.catalog.lineage.LineageLookup;
import io.bergview.catalog.lineage.SourceLease;
import io.bergview.catalog.lineage.SourceSnapshot;
import io.bergview.catalog.view.RegisteredView;
import io.bergview.catalog.view.ViewLineage;
import io.bergview.catalog.view.ViewListing;
import io.bergview.catalog.view.ViewListing.Unreadable;
import io.bergview.catalog.view.ViewRegistry;
import io.bergview.errors.BergviewException;
import io.bergview.errors.ErrorCode;
import io.bergview.projection.definition.TableName;
import io.bergview.staleness.damage.Damage;
import io.bergview.staleness.damage.LostFile;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;

/**
 * Compares the lineage of views with their sources. Reads table metadata only, never data.
 *
 * <p>A view over views is as stale as its stalest upstream: a source that is itself a view is
 * compared like any table, and then its own state is determined.
 */
public final class Staleness {
  private final Catalogs catalogs;
  private final ViewRegistry registry;
  private final Clock clock;
  private final Damage damage;

  public Staleness(Catalogs catalogs, ViewRegistry registry, Clock clock) {
    this.catalogs = catalogs;
    this.registry = registry;
    this.clock = clock;
    this.damage = new Damage(catalogs);
  }

  /** What is known of files that are lost. */
  public Damage damage() {
    return damage;
  }

  /**
   * As {@link #state(RegisteredView)}, after a look whether the files of the view's table are
   * there, where that is cheap: where it is local and has no more than ten thousand.
   */
  public ViewState inspected(RegisteredView view) {
    damage.look(view);
    return state(view);
  }

  /**
   * The state of a view as its table was loaded; its sources are loaded now.
   *
   * @throws io.bergview.errors.StorageException if a catalog fails; a missing source is not a
   *     failure but a state
   */
  public ViewState state(RegisteredView view) {
    return new Evaluation(catalogs::findToRead).state(view);
  }

  /**
   * As {@link #state(RegisteredView)}, against tables that are pinned at some snapshot.
   *
   * @param read the tables that the view itself reads, by qualified name: they override {@code
   *     others} for this view only, not for its upstream views
   * @param others the source of all other tables
   */
  public ViewState state(
      RegisteredView view,
      Map<TableName, Table> read,
      Function<TableName, Optional<Table>> others) {
    return new Evaluation(others).state(view, read);
  }

  /**
   * The states of several views at one moment: a table that several of them read is loaded once and
   * looks the same to all. A view that cannot be read, or whose sources cannot, hides no other.
   */
  public ViewStates states(ViewListing listing) {
    return states(listing, catalogs::findToRead);
  }

  /**
   * As {@link #states(ViewListing)}.
   *
   * @param tables the source of tables, by qualified name
   */
  public ViewStates states(ViewListing listing, Function<TableName, Optional<Table>> tables) {
    Evaluation moment = new Evaluation(tables);
    listing.views().forEach(moment::know);
    List<ViewState> states = new ArrayList<>();
    List<Unreadable> unreadable = new ArrayList<>(listing.unreadable());
    for (RegisteredView view : listing.views()) {
      try {
        states.add(moment.state(view));
      } catch (BergviewException e) {
        unreadable.add(
            new Unreadable(
                view.catalog(), Optional.of(view.tableName()), Optional.of(view.name()), e));
      }
    }
    for (Unreadable broken : unreadable) {
      if (broken.view().isPresent() && broken.table().isPresent()) {
        states.add(unreadable(broken.view().get(), broken.table().get(), broken.error()));
      }
    }
    states.sort(Comparator.comparing(ViewState::view).thenComparing(s -> s.table().toString()));
    return new ViewStates(states, unreadable);
  }

  private static ViewState unreadable(String view, TableName table, BergviewException error) {
    return new ViewState(
        view,
        table,
        Freshness.INVALID,
        Reason.UNREADABLE,
        String.valueOf(error.getMessage()),
        Optional.empty(),
        Optional.empty(),
        false,
        Optional.empty(),
        Optional.empty(),
        List.of());
  }

  /** What is known of the tables at one moment. */
  private final class Evaluation {
    private final Function<TableName, Optional<Table>> source;
    private final Map<TableName, Optional<Table>> tables = new HashMap<>();
    private final Map<TableName, RegisteredView> views = new HashMap<>();
    private final Map<TableName, BergviewException> failures = new HashMap<>();
    private final Map<String, BergviewException> unreachable = new HashMap<>();
    private final Map<TableName, ViewState> states = new HashMap<>();
    private final Map<TableName, String> path = new LinkedHashMap<>();

    Evaluation(Function<TableName, Optional<Table>> source) {
      this.source = source;
    }

    /** A view that others read need not be loaded and read again. */
    void know(RegisteredView view) {
      TableName name = view.qualifiedName();
      tables.put(name, Optional.of(view.table()));
      views.put(name, view);
    }

    ViewState state(RegisteredView view) {
      return state(view, Map.of());
    }

    /** Each view is visited once. */
    ViewState state(RegisteredView view, Map<TableName, Table> read) {
      TableName name = view.qualifiedName();
      BergviewException failure = failures.get(name);
      if (failure != null) {
        throw failure;
      }
      ViewState known = states.get(name);
      if (known != null) {
        return known;
      }
      if (path.containsKey(name)) {
        throw CircularViews.failure(List.copyOf(path.values()), view.name());
      }
      path.put(name, view.name());
      try {
        ViewState state = compute(view, read);
        states.put(name, state);
        return state;
      } catch (BergviewException e) {
        failures.put(name, e);
        throw e;
      } finally {
        path.remove(name);
      }
    }

    /** A catalog that failed is not tried again: each attempt may be a long wait. */
    private Optional<Table> table(TableName name) {
      Optional<Table> known = tables.get(name);
      if (known != null) {
        return known;
      }
      String catalog = catalogs.nameFor(name);
      BergviewException failure = unreachable.get(catalog);
      if (failure != null) {
        throw failure;
      }
      try {
        Optional<Table> found = source.apply(name);
        tables.put(name, found);
        return found;
      } catch (BergviewException e) {
        if (e.code() == ErrorCode.CATALOG_UNREACHABLE) {
          unreachable.put(catalog, e);
        }
        throw e;
      }
    }

    private ViewState compute(RegisteredView view, Map<TableName, Table> read) {
      LineageLookup lookup = ViewLineage.of(view);
      @Nullable Lineage lineage =
          lookup instanceof LineageLookup.RecordedLineage found ? found.lineage() : null;
      List<SourceState> sources = new ArrayList<>();
      for (SourceSnapshot seen : lineage == null ? unseen(view) : lineage.sources()) {
        sources.add(source(view, seen, read));
      }
      StalenessResult verdict = verdict(view, lookup, sources);
      Freshness state = verdict.reason().state();
      Optional<Instant> staleSince =
          state == Freshness.FRESH || lineage == null
              ? Optional.empty()
              : sources.stream()
                  .flatMap(source -> source.behindSince().stream())
                  .min(Comparator.naturalOrder());
      return new ViewState(
          view.name(),
          view.tableName(),
          state,
          verdict.reason(),
          verdict.message(),
          Optional.ofNullable(lineage).map(Lineage::refreshStarted),
          staleSince,
          state == Freshness.STALE && withinGrace(view, staleSince, sources),
          view.definition().view().refresh().ticks().flatMap(ticks -> ticks.next(clock.instant())),
          Optional.of(ViewContents.of(view)),
          sources);
    }

    private SourceState source(
        RegisteredView view, SourceSnapshot seen, Map<TableName, Table> read) {
      TableName name = catalogs.qualified(seen.table());
      @Nullable Table own = seen.direct() ? read.get(name) : null;
      Optional<Table> table = own == null ? table(name) : Optional.of(own);
      SourceState state =
          SourceCheck.of(seen, table, () -> table(name.withoutRef()))
              .withLease(table.flatMap(found -> SourceLease.of(view.table(), seen.table(), found)));
      if (!seen.direct() || table.isEmpty()) {
        return state;
      }
      return viewIn(name, seen, table.get())
          .map(this::state)
          .filter(upstream -> upstream.state().compareTo(state.reason().state()) > 0)
          .map(upstream -> withUpstream(state, upstream))
          .orElse(state);
    }

    private Optional<RegisteredView> viewIn(TableName name, SourceSnapshot seen, Table table) {
      RegisteredView known = views.get(name);
      return known == null ? registry.viewIn(seen.table(), table) : Optional.of(known);
    }

    /** The sources of a view that has seen nothing. */
    private List<SourceSnapshot> unseen(RegisteredView view) {
      Map<TableName, SourceSnapshot> sources = new LinkedHashMap<>();
      view.definition()
          .sources()
          .forEach(
              (type, source) -> {
                TableName shown = source.table();
                TableName name = catalogs.qualified(shown);
                String uuid = table(name).map(t -> t.uuid().toString()).orElse("");
                sources.putIfAbsent(
                    shown, new SourceSnapshot(shown, uuid, SourceSnapshot.NONE, true, Map.of()));
              });
      return List.copyOf(sources.values());
    }
  }

  private static SourceState withUpstream(SourceState own, ViewState upstream) {
    boolean invalid = upstream.state() == Freshness.INVALID;
    boolean earlier =
        own.behindSince().isEmpty()
            || upstream.staleSince().filter(own.behindSince().get()::isAfter).isPresent();
    return new SourceState(
        own.table(),
        own.direct(),
        own.lineageSnapshotId(),
        own.currentSnapshotId(),
        own.snapshotsBehind(),
        earlier ? upstream.staleSince() : own.behindSince(),
        own.exact() && upstream.sources().stream().allMatch(SourceState::exact),
        invalid ? Reason.UPSTREAM_INVALID : Reason.UPSTREAM_STALE,
        "Source %s is %s: %s".formatted(own.table(), upstream.state().label(), upstream.message()),
        own.own(),
        own.lease());
  }

  private record StalenessResult(Reason reason, String message) {}

  /**
   * Problems of the view itself come first, then those of its sources by severity; of two with the
   * same state, that of a direct source: a table upstream of a view has an effect only through that
   * view.
   */
  private StalenessResult verdict(
      RegisteredView view, LineageLookup lookup, List<SourceState> sources) {
    if (lookup instanceof LineageLookup.NeverRefreshed) {
      return new StalenessResult(
          Reason.NEVER_REFRESHED, "View " + view.name() + " has not been refreshed yet");
    }
    if (lookup instanceof LineageLookup.LostLineage lost) {
      Reason reason =
          lost.cause() == LineageLookup.Cause.FOREIGN_WRITES
              ? Reason.FOREIGN_WRITES
              : Reason.LINEAGE_LOST;
      return new StalenessResult(reason, lost.message());
    }
    long made = ((LineageLookup.RecordedLineage) lookup).lineage().definitionVersion();
    if (made != view.definitionVersion()) {
      return new StalenessResult(
          Reason.DEFINITION_CHANGED,
          "The rows of view %s were made by version %d of its definition, which is at version %d"
              .formatted(view.name(), made, view.definitionVersion()));
    }
    Optional<LostFile> lost = damage.noted(view);
    if (lost.isPresent()) {
      return new StalenessResult(
          Reason.VIEW_FILES_LOST,
          "View %s has lost rows: %s; %s"
              .formatted(
                  view.name(), lost.get().of(view.tableName().toString()), Damage.wayOut(view)));
    }
    return sources.stream()
        .filter(source -> source.reason() != Reason.UP_TO_DATE)
        .max(
            Comparator.comparing((SourceState source) -> source.reason().state())
                .thenComparing(SourceState::direct)
                .thenComparing(SourceState::reason))
        .map(worst -> new StalenessResult(worst.reason(), worst.message()))
        .orElse(
            new StalenessResult(
                Reason.UP_TO_DATE, "View " + view.name() + " has seen all of its sources"));
  }

  /** Where it is not known since when the view is behind, no grace is given. */
  private boolean withinGrace(
      RegisteredView view, Optional<Instant> staleSince, List<SourceState> sources) {
    boolean exact = sources.stream().allMatch(SourceState::exact);
    return exact
        && staleSince
            .map(since -> since.plus(view.definition().view().refresh().gracePeriod()))
            .filter(end -> clock.instant().isBefore(end))
            .isPresent();
  }
}
