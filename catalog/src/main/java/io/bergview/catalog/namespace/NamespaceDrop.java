package io.bergview.catalog.namespace;

import static java.util.Objects.requireNonNull;

import io.bergview.projection.definition.TableName;
import java.util.List;

/**
 * What goes with a namespace.
 *
 * @param namespaces itself and those below it, the innermost first
 * @param views by name: their rows and files go
 * @param tables that hold no views
 * @param engineViews views of other engines, which are a text only
 * @param keepsFiles whether the files of tables stay where they are; a Hadoop catalog drops no
 *     table without its folder
 */
public record NamespaceDrop(
    NamespaceName name,
    List<NamespaceName> namespaces,
    List<String> views,
    List<TableName> tables,
    List<TableName> engineViews,
    boolean keepsFiles) {
  public NamespaceDrop {
    requireNonNull(name, "name is null");
    namespaces = List.copyOf(namespaces);
    views = List.copyOf(views);
    tables = List.copyOf(tables);
    engineViews = List.copyOf(engineViews);
  }

  public boolean isEmpty() {
    return namespaces.size() <= 1 && views.isEmpty() && tables.isEmpty() && engineViews.isEmpty();
  }
}
