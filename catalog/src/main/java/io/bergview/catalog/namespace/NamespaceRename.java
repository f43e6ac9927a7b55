package io.bergview.catalog.namespace;

import static java.util.Objects.requireNonNull;

import io.bergview.projection.definition.TableName;
import java.util.List;

/**
 * A namespace under another name. No catalog can do that at once: its tables are moved one by one.
 *
 * @param tables that move, by their names before it; their files stay where they are
 */
public record NamespaceRename(NamespaceName from, NamespaceName to, List<TableName> tables) {
  public NamespaceRename {
    requireNonNull(from, "from is null");
    requireNonNull(to, "to is null");
    tables = List.copyOf(tables);
  }
}
