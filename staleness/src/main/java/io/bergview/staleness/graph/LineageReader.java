package io.bergview.staleness.graph;

import static java.util.Objects.requireNonNull;

import io.bergview.catalog.Catalogs;
import io.bergview.catalog.lineage.SourceSnapshot;
import io.bergview.catalog.view.FrozenTypes;
import io.bergview.catalog.view.RegisteredView;
import io.bergview.catalog.view.StoredDefinition;
import io.bergview.catalog.view.ViewListing;
import io.bergview.errors.BergviewException;
import io.bergview.projection.definition.TableName;
import io.bergview.projection.plan.SourceTable;
import io.bergview.staleness.Reason;
import io.bergview.staleness.SourceState;
import io.bergview.staleness.Staleness;
import io.bergview.staleness.ViewState;
import io.bergview.staleness.ViewStates;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;

/**
 * Reads the lineage of all views: the tables that their definitions read, and the snapshots that
 * their rows are derived from. Each table is loaded once, no data is read, and nodes that cannot be
 * read do not hide others.
 */
public final class LineageReader {
  private final Catalogs catalogs;
  private final Staleness staleness;
  private final ViewListing listing;
  private final Map<TableName, Optional<Table>> tables = new HashMap<>();
  private final Map<TableName, BergviewException> failures = new HashMap<>();
  private final Map<String, LineageNode> nodes = new TreeMap<>();
  private final List<LineageEdge> edges = new ArrayList<>();

  private LineageReader(Catalogs catalogs, Staleness staleness, ViewListing listing) {
    this.catalogs = catalogs;
    this.staleness = staleness;
    this.listing = listing;
  }

  /** The whole graph. */
  public static LineageGraph read(Catalogs catalogs, Staleness staleness, ViewListing listing) {
    return new LineageReader(catalogs, staleness, listing).read();
  }

  private LineageGraph read() {
    ViewStates states = staleness.states(listing, this::table);
    Map<String, ViewState> byTable = new HashMap<>();
    for (ViewState state : states.views()) {
      TableName name = shown(state.table());
      byTable.put(name.toString(), state);
      nodes.put(name.toString(), new LineageNode.View(name, state));
    }
    for (RegisteredView view : listing.views()) {
      ViewState state =
          requireNonNull(byTable.get(shown(view.tableName()).toString()), "no state of a view");
      reads(view).forEach(source -> edges.add(edge(source, state)));
    }
    List<LineageNode> ordered = ordered();
    Map<String, Integer> places = new HashMap<>();
    ordered.forEach(node -> places.put(node.id(), places.size()));
    edges.sort(
        Comparator.comparing((LineageEdge edge) -> places.get(edge.to()))
            .thenComparing(edge -> places.get(edge.from())));
    return new LineageGraph(Optional.empty(), ordered, edges, states.unreadable());
  }

  /** What a view's plan reads; a definition may mention more. */
  private Set<TableName> reads(RegisteredView view) {
    Set<TableName> reads = new LinkedHashSet<>();
    try {
      FrozenTypes.resolve(view.definition(), Map.of()).sources().stream()
          .map(SourceTable::table)
          .forEach(table -> reads.add(shown(table)));
    } catch (BergviewException unresolvable) {
      view.definition().sources().values().stream()
          .map(StoredDefinition.Source::table)
          .forEach(table -> reads.add(shown(table)));
    }
    return reads;
  }

  private LineageEdge edge(TableName source, ViewState view) {
    String from = source.toString();
    nodes.computeIfAbsent(from, unknown -> base(source));
    String to = shown(view.table()).toString();
    return view.sources().stream()
        .filter(state -> state.direct() && shown(state.table()).equals(source))
        .findFirst()
        .map(state -> edge(from, to, state, view))
        .orElseGet(
            () ->
                new LineageEdge(from, to, SourceSnapshot.NONE, current(source), 0, view.reason()));
  }

  /** A view that was never refreshed has not seen its sources, however few changes they have. */
  private static LineageEdge edge(String from, String to, SourceState state, ViewState view) {
    return new LineageEdge(
        from,
        to,
        state.lineageSnapshotId(),
        state.currentSnapshotId(),
        state.snapshotsBehind(),
        view.reason() == Reason.NEVER_REFRESHED ? view.reason() : state.reason());
  }

  private LineageNode.Base base(TableName name) {
    try {
      Optional<Table> table = table(catalogs.qualified(name));
      Optional<Snapshot> snapshot = table.map(Table::currentSnapshot);
      return new LineageNode.Base(
          name,
          table.isPresent() ? LineageNode.Presence.PRESENT : LineageNode.Presence.MISSING,
          snapshot.map(Snapshot::snapshotId).orElse(SourceSnapshot.NONE),
          snapshot.map(at -> Instant.ofEpochMilli(at.timestampMillis())),
          Optional.empty());
    } catch (BergviewException e) {
      return new LineageNode.Base(
          name,
          LineageNode.Presence.UNREADABLE,
          SourceSnapshot.NONE,
          Optional.empty(),
          Optional.of(String.valueOf(e.getMessage())));
    }
  }

  private long current(TableName source) {
    try {
      return table(catalogs.qualified(source))
          .map(Table::currentSnapshot)
          .map(Snapshot::snapshotId)
          .orElse(SourceSnapshot.NONE);
    } catch (BergviewException unreadable) {
      return SourceSnapshot.NONE;
    }
  }

  private Optional<Table> table(TableName qualified) {
    BergviewException failure = failures.get(qualified);
    if (failure != null) {
      throw failure;
    }
    try {
      return tables.computeIfAbsent(qualified, catalogs::find);
    } catch (BergviewException e) {
      failures.put(qualified, e);
      throw e;
    }
  }

  /** Two names of one table give one. */
  private TableName shown(TableName table) {
    String catalog = catalogs.nameFor(table);
    return new TableName(
        catalog.equals(catalogs.defaultName()) ? Optional.empty() : Optional.of(catalog),
        table.namespace(),
        table.name(),
        table.ref());
  }

  /** Sources first; of what runs in a circle, the first by name first. */
  private List<LineageNode> ordered() {
    Map<String, Set<String>> waitingFor = new LinkedHashMap<>();
    nodes.keySet().forEach(id -> waitingFor.put(id, new LinkedHashSet<>()));
    edges.forEach(edge -> requireNonNull(waitingFor.get(edge.to())).add(edge.from()));
    List<LineageNode> ordered = new ArrayList<>();
    while (!waitingFor.isEmpty()) {
      Set<String> next = new LinkedHashSet<>();
      waitingFor.forEach(
          (id, sources) -> {
            if (sources.isEmpty()) {
              next.add(id);
            }
          });
      if (next.isEmpty()) {
        next.add(waitingFor.keySet().iterator().next());
      }
      waitingFor.keySet().removeAll(next);
      waitingFor.values().forEach(sources -> sources.removeAll(next));
      next.stream()
          .map(id -> requireNonNull(nodes.get(id)))
          .sorted(Comparator.comparing(LineageNode::name).thenComparing(LineageNode::id))
          .forEach(ordered::add);
    }
    return ordered;
  }
}
