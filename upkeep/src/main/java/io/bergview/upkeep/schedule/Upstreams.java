package io.bergview.upkeep.schedule;

import io.bergview.catalog.Catalogs;
import io.bergview.catalog.view.RegisteredView;
import io.bergview.catalog.view.StoredDefinition;
import io.bergview.projection.definition.RefreshSettings;
import io.bergview.projection.definition.TableName;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;

/** The dependencies between the views of a project. */
final class Upstreams {
  private final Catalogs catalogs;
  private final Map<TableName, RegisteredView> byTable = new LinkedHashMap<>();

  Upstreams(Collection<RegisteredView> views, Catalogs catalogs) {
    this.catalogs = catalogs;
    views.forEach(view -> byTable.put(catalogs.qualified(view.tableName()), view));
  }

  /**
   * The views that one reads: directly, or through others that are refreshed with it.
   *
   * @return each once, by name
   */
  Map<String, RegisteredView> of(RegisteredView reader) {
    Map<String, RegisteredView> found = new LinkedHashMap<>();
    Deque<RegisteredView> left = new ArrayDeque<>();
    left.add(reader);
    while (!left.isEmpty()) {
      for (StoredDefinition.Source source : left.removeFirst().definition().sources().values()) {
        RegisteredView upstream = byTable.get(catalogs.qualified(source.table()));
        if (upstream != null
            && found.putIfAbsent(upstream.name(), upstream) == null
            && settings(upstream).isRefreshedWithReaders()) {
          left.add(upstream);
        }
      }
    }
    return found;
  }

  static RefreshSettings settings(RegisteredView view) {
    return view.definition().view().refresh();
  }
}
