package io.bergview.refresh.run;

import io.bergview.catalog.Catalogs;
import io.bergview.catalog.view.RegisteredView;
import io.bergview.catalog.view.StoredDefinition;
import io.bergview.projection.definition.TableName;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Puts views after the views that they read. */
final class RefreshOrder {
  private final Catalogs catalogs;
  private final Map<TableName, RegisteredView> byTable = new LinkedHashMap<>();

  RefreshOrder(Catalogs catalogs, List<RegisteredView> views) {
    this.catalogs = catalogs;
    views.forEach(view -> byTable.put(catalogs.qualified(view.tableName()), view));
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
