package io.bergview.catalog.namespace;

import static java.util.Objects.requireNonNull;

/**
 * A namespace and how much is in it, not in those below it.
 *
 * @param tables without those of views
 */
public record ListedNamespace(
    NamespaceName name, int tables, int views, boolean keptFromDrops, boolean canBeProtected) {
  public ListedNamespace {
    requireNonNull(name, "name is null");
  }
}
