package io.bergview.catalog.namespace;

import static java.util.Objects.requireNonNull;

import io.bergview.catalog.Catalogs;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.UsageException;
import io.bergview.projection.definition.ColumnPath;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.catalog.Namespace;

/**
 * A namespace as a user names it: {@code [catalog.]namespace}.
 *
 * @param shown with its catalog, unless that is the default one
 */
public record NamespaceName(String catalog, Namespace namespace, String shown) {
  public NamespaceName {
    requireNonNull(catalog, "catalog is null");
    requireNonNull(namespace, "namespace is null");
    requireNonNull(shown, "shown is null");
  }

  /**
   * Takes a name apart: its first part is a catalog only if the project has one of that name and
   * more parts follow.
   *
   * @throws UsageException if it is none
   */
  static NamespaceName parse(String text, Catalogs catalogs) {
    List<String> levels;
    try {
      levels = new ArrayList<>(ColumnPath.parse(text, "").segments());
    } catch (IllegalArgumentException e) {
      throw new UsageException(
          ErrorCode.USAGE, "'%s' names no namespace: %s".formatted(text, e.getMessage()), e);
    }
    String catalog = catalogs.defaultName();
    if (levels.size() > 1 && catalogs.names().contains(levels.get(0))) {
      catalog = levels.remove(0);
    }
    return of(catalog, Namespace.of(levels.toArray(String[]::new)), catalogs);
  }

  static NamespaceName of(String catalog, Namespace namespace, Catalogs catalogs) {
    List<String> path = new ArrayList<>();
    if (!catalog.equals(catalogs.defaultName())) {
      path.add(catalog);
    }
    path.addAll(List.of(namespace.levels()));
    return new NamespaceName(catalog, namespace, new ColumnPath(path, "").toString());
  }

  /** Whether this is the namespace, or lies in it at any depth. */
  static boolean isWithin(Namespace inner, Namespace outer) {
    return inner.length() >= outer.length()
        && List.of(inner.levels()).subList(0, outer.length()).equals(List.of(outer.levels()));
  }

  @Override
  public String toString() {
    return shown;
  }
}
