package io.bergview.refresh.run;

import io.bergview.catalog.view.RegisteredView;
import io.bergview.catalog.view.ViewGraph;
import io.bergview.catalog.view.ViewRegistry;
import io.bergview.errors.BergviewException;
import io.bergview.projection.definition.TableName;
import io.bergview.refresh.pin.BaseTables;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Topological order of views, upstream first. */
final class RefreshOrder {
  private final ViewGraph<RegisteredView> graph;

  RefreshOrder(List<RegisteredView> views) {
    this.graph = ViewGraph.of(views);
  }

  /**
   * Adds the upstream views of these, at any depth. One that cannot be read is left out: the
   * refresh of the view that reads it reports why.
   */
  void addUpstream(ViewRegistry registry, BaseTables bases) {
    addUpstream(List.copyOf(graph.views().values()), view -> true, registry, bases);
  }

  /**
   * Adds the upstream views of some of these, at any depth, that match: sources of a view that does
   * not match are not visited.
   */
  void addUpstream(
      Collection<RegisteredView> readers,
      Predicate<RegisteredView> wanted,
      ViewRegistry registry,
      BaseTables bases) {
    Deque<RegisteredView> left = new ArrayDeque<>(readers);
    Set<TableName> seen = new HashSet<>();
    while (!left.isEmpty()) {
      for (TableName source : left.removeFirst().reads().values()) {
        if (seen.add(source)) {
          graph
              .view(source)
              .or(() -> view(source, registry, bases))
              .filter(wanted)
              .ifPresent(
                  view -> {
                    graph.put(source, view, view.reads().values());
                    left.addLast(view);
                  });
        }
      }
    }
  }

  private static Optional<RegisteredView> view(
      TableName table, ViewRegistry registry, BaseTables bases) {
    try {
      return bases
          .find(table)
          .flatMap(found -> registry.viewIn(table, found))
          .map(found -> registry.find(found.name()));
    } catch (BergviewException unreadable) {
      return Optional.empty();
    }
  }

  List<RegisteredView> inOrder() {
    return graph.inOrder();
  }

  /** Those of the views that a view reads directly. */
  List<RegisteredView> upstream(RegisteredView view) {
    return graph.upstream(view.qualifiedName());
  }
}
