package io.bergview.upkeep.stream;

import io.bergview.catalog.view.RegisteredView;
import io.bergview.catalog.view.ViewGraph;
import io.bergview.projection.definition.RefreshSettings;
import io.bergview.projection.definition.RefreshSettings.Mode;
import io.bergview.projection.definition.TableName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/** The watched tables, and the streaming views to refresh when one changes. */
final class WatchedTables {
  /** A streaming view that reads a table, or views over it that are refreshed with it. */
  record Reader(RegisteredView view) {
    String name() {
      return view.name();
    }

    String definition() {
      return view.table().uuid() + " " + view.definitionVersion();
    }

    RefreshSettings settings() {
      return view.definition().view().refresh();
    }
  }

  private final Map<TableName, List<Reader>> readers;

  private WatchedTables(Map<TableName, List<Reader>> readers) {
    this.readers = readers;
  }

  static WatchedTables none() {
    return new WatchedTables(Map.of());
  }

  static WatchedTables of(Collection<RegisteredView> views) {
    ViewGraph<RegisteredView> graph = ViewGraph.of(views);
    Map<TableName, List<Reader>> readers = new LinkedHashMap<>();
    for (RegisteredView view : views) {
      if (streams(view)) {
        for (TableName table : graph.reachable(view.qualifiedName(), WatchedTables::passesOn)) {
          readers.computeIfAbsent(table, unused -> new ArrayList<>()).add(new Reader(view));
        }
      }
    }
    return new WatchedTables(readers);
  }

  private static boolean streams(RegisteredView view) {
    return view.definition().view().refresh().mode() == Mode.STREAMING;
  }

  /** Whether a change of what a view reads is seen by those above it in the same refresh. */
  private static boolean passesOn(RegisteredView view) {
    return streams(view) || view.definition().view().refresh().isRefreshedWithReaders();
  }

  Set<TableName> tables() {
    return readers.keySet();
  }

  List<Reader> readers(TableName table) {
    return readers.getOrDefault(table, List.of());
  }

  /** Every pair of a table and a view over it. */
  void forEach(BiConsumer<TableName, Reader> action) {
    readers.forEach((table, list) -> list.forEach(reader -> action.accept(table, reader)));
  }

  /** All streaming views by name, each with what is another for each definition that it has had. */
  Map<String, String> views() {
    Map<String, String> views = new HashMap<>();
    readers
        .values()
        .forEach(list -> list.forEach(reader -> views.put(reader.name(), reader.definition())));
    return views;
  }
}
