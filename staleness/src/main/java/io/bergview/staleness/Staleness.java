package io.bergview.staleness;

import io.bergview.catalog.Catalogs;
import io.bergview.catalog.lineage.Lineage;
import io.bergview.catalog.lineage.LineageLookup;
import io.bergview.catalog.lineage.SourceSnapshot;
import io.bergview.catalog.view.RegisteredView;
import io.bergview.catalog.view.StoredDefinition;
import io.bergview.catalog.view.ViewRegistry;
import io.bergview.projection.definition.TableName;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;

/**
 * Compares the lineage of views with their sources. Reads table metadata only, never data.
 *
 * <p>A view over views is as stale as its stalest upstream: a source that is itself a view is
 * compared like any table, and then asked for its own state.
 */
public final class Staleness {
  private final Catalogs catalogs;
  private final ViewRegistry registry;
  private final Clock clock;

  public Staleness(Catalogs catalogs, ViewRegistry registry, Clock clock) {
    this.catalogs = catalogs;
    this.registry = registry;
    this.clock = clock;
  }

  /**
   * The state of a view as its table was loaded; its sources are loaded now.
   *
   * @throws io.bergview.errors.StorageException where a catalog fails; a missing source is no
   *     failure but a state
   */
  public ViewState state(RegisteredView view) {
    return new Moment().state(view);
  }

  /**
   * The states of several views at one moment, in their order: a table that several of them read is
   * loaded once and looks the same to all.
   */
  public List<ViewState> states(List<RegisteredView> views) {
    Moment moment = new Moment();
    return views.stream().map(moment::state).toList();
  }

  /** What is known of the tables at one moment. */
  private final class Moment {
    private final Map<TableName, Optional<Table>> tables = new HashMap<>();
    private final Map<TableName, Optional<ViewState>> states = new HashMap<>();

    /** Each view is looked at once, and a circle, which only a forged definition can have, ends. */
    ViewState state(RegisteredView view) {
      TableName name = catalogs.qualified(view.tableName());
      Optional<ViewState> known = states.get(name);
      if (known == null) {
        states.put(name, Optional.empty());
        known = Optional.of(compute(view));
        states.put(name, known);
      }
      return known.orElseThrow(
          () -> new IllegalStateException("view " + view.name() + " reads itself"));
    }

    private ViewState compute(RegisteredView view) {
      LineageLookup lookup = LineageLookup.of(view.table());
      @Nullable Lineage lineage =
          lookup instanceof LineageLookup.Found found ? found.lineage() : null;
      List<SourceState> sources = new ArrayList<>();
      for (SourceSnapshot seen : lineage == null ? unseen(view) : lineage.sources()) {
        sources.add(source(seen));
      }
      Verdict verdict = verdict(view, lookup, sources);
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
          sources);
    }

    private SourceState source(SourceSnapshot seen) {
      Optional<Table> table =
          tables.computeIfAbsent(catalogs.qualified(seen.table()), catalogs::find);
      SourceState own = SourceCheck.of(seen, table);
      if (!seen.direct() || table.isEmpty()) {
        return own;
      }
      return registry
          .viewIn(seen.table(), table.get())
          .map(this::state)
          .filter(upstream -> upstream.state().compareTo(own.reason().state()) > 0)
          .map(upstream -> withUpstream(own, upstream))
          .orElse(own);
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
        "Source %s is %s: %s".formatted(own.table(), upstream.state().word(), upstream.message()));
  }

  private record Verdict(Reason reason, String message) {}

  /** The view's own troubles come first, then the sources', worst first, in their order. */
  private static Verdict verdict(
      RegisteredView view, LineageLookup lookup, List<SourceState> sources) {
    if (lookup instanceof LineageLookup.NeverRefreshed) {
      return new Verdict(
          Reason.NEVER_REFRESHED, "View " + view.name() + " has not been refreshed yet");
    }
    if (lookup instanceof LineageLookup.Lost lost) {
      Reason reason =
          lost.cause() == LineageLookup.Cause.FOREIGN_WRITES
              ? Reason.FOREIGN_WRITES
              : Reason.LINEAGE_LOST;
      return new Verdict(reason, lost.message());
    }
    long made = ((LineageLookup.Found) lookup).lineage().definitionVersion();
    if (made != view.definitionVersion()) {
      return new Verdict(
          Reason.DEFINITION_CHANGED,
          "The rows of view %s were made by version %d of its definition, which is at version %d"
              .formatted(view.name(), made, view.definitionVersion()));
    }
    return sources.stream()
        .filter(source -> source.reason() != Reason.UP_TO_DATE)
        .max(Comparator.comparing((SourceState source) -> source.reason().state()))
        .map(worst -> new Verdict(worst.reason(), worst.message()))
        .orElse(
            new Verdict(Reason.UP_TO_DATE, "View " + view.name() + " has seen all of its sources"));
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

  /** The sources of a view that has seen nothing. */
  private List<SourceSnapshot> unseen(RegisteredView view) {
    Map<TableName, SourceSnapshot> sources = new LinkedHashMap<>();
    for (StoredDefinition.Source source : view.definition().sources().values()) {
      String uuid = catalogs.find(source.table()).map(table -> table.uuid().toString()).orElse("");
      sources.putIfAbsent(
          source.table(),
          new SourceSnapshot(source.table(), uuid, SourceSnapshot.NONE, true, Map.of()));
    }
    return List.copyOf(sources.values());
  }
}
