package io.bergview.refresh.run;

import io.bergview.catalog.Catalogs;
import io.bergview.catalog.view.RegisteredView;
import io.bergview.catalog.view.StoredDefinition;
import io.bergview.catalog.view.ViewRegistry;
import io.bergview.errors.BergviewException;
import io.bergview.projection.definition.TableName;
import io.bergview.refresh.pin.BaseTables;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Topological order of views, upstream first. */
final class RefreshOrder {
  private final Catalogs catalogs;
  private final Map<TableName, RegisteredView> byTable = new LinkedHashMap<>();

  RefreshOrder(Catalogs catalogs, List<RegisteredView> views) {
    this.catalogs = catalogs;
    views.forEach(view -> byTable.put(catalogs.qualified(view.tableName()), view));
  }

  /**
   * Takes in the views that these read, at any depth. One that cannot be read is left out: the
   * refresh of the view that reads it says why.
   */
  void addUpstream(ViewRegistry registry, BaseTables bases) {
    addUpstream(List.copyOf(byTable.values()), view -> true, registry, bases);
  }

  /**
   * Takes in the views that some of these read, at any depth, as far as they are wanted: what a
   * view that is not wanted reads is not looked at.
   */
  void addUpstream(
      Collection<RegisteredView> readers,
      Predicate<RegisteredView> wanted,
      ViewRegistry registry,
      BaseTables bases) {
    Deque<RegisteredView> left = new ArrayDeque<>(readers);
    Set<TableName> seen = new HashSet<>();
    while (!left.isEmpty()) {
      for (StoredDefinition.Source source : left.removeFirst().definition().sources().values()) {
        TableName name = catalogs.qualified(source.table());
        if (seen.add(name)) {
          Optional.ofNullable(byTable.get(name))
              .or(() -> view(source.table(), registry, bases))
              .filter(wanted)
              .ifPresent(
                  view -> {
                    byTable.put(name, view);
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
    List<RegisteredView> ordered = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    byTable.values().forEach(view -> visit(view, seen, ordered));
    return ordered;
  }

  private void visit(RegisteredView view, Set<String> seen, List<RegisteredView> ordered) {
    if (!seen.add(view.name())) {
      return;
    }
    upstream(view).forEach(other -> visit(other, seen, ordered));
    ordered.add(view);
  }

  /** Those of the views that a view reads directly. */
  List<RegisteredView> upstream(RegisteredView view) {
    List<RegisteredView> upstream = new ArrayList<>();
    for (StoredDefinition.Source source : view.definition().sources().values()) {
      RegisteredView other = byTable.get(catalogs.qualified(source.table()));
      if (other != null) {
        upstream.add(other);
      }
    }
    return upstream;
  }
}
