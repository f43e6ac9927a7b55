package io.bergview.projection.definition;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A table as a definition names it: {@code [catalog.]namespace.table}.
 *
 * @param catalog one of the project's catalogs; empty for the default one
 * @param namespace at least one level
 */
public record TableName(Optional<String> catalog, List<String> namespace, String name) {
  public TableName {
    requireNonNull(catalog, "catalog is null");
    namespace = List.copyOf(namespace);
    requireNonNull(name, "name is null");
    if (namespace.isEmpty()) {
      throw new IllegalArgumentException("a table needs a namespace: " + name);
    }
  }

  /**
   * Takes a path apart: the first segment is a catalog only if the project has one of that name and
   * at least two segments follow.
   *
   * @throws IllegalArgumentException where no namespace is left
   */
  public static TableName of(ColumnPath path, java.util.Set<String> catalogs) {
    List<String> segments = new ArrayList<>(path.segments());
    Optional<String> catalog = Optional.empty();
    if (segments.size() > 2 && catalogs.contains(segments.get(0))) {
      catalog = Optional.of(segments.remove(0));
    }
    if (segments.size() < 2) {
      throw new IllegalArgumentException(
          "'" + path + "' names no namespace; write namespace.table");
    }
    return new TableName(
        catalog, segments.subList(0, segments.size() - 1), segments.get(segments.size() - 1));
  }

  /**
   * Whether the parts of a name, perhaps with a catalog in front, are this table's; case does not
   * matter.
   */
  public boolean isCalled(List<String> path) {
    List<String> parts = new ArrayList<>(namespace);
    parts.add(name);
    if (path.size() == parts.size() + 1) {
      return catalog.map(path.get(0)::equals).orElse(true)
          && isSame(parts, path.subList(1, path.size()));
    }
    return isSame(parts, path);
  }

  /** Whether the name ends with these parts; case does not matter. */
  public boolean endsWith(List<String> parts) {
    List<String> all = path();
    int more = all.size() - parts.size();
    return more >= 0 && isSame(all.subList(more, all.size()), parts);
  }

  /** All parts of the name, the catalog among them if it is named. */
  public List<String> path() {
    List<String> parts = new ArrayList<>();
    catalog.ifPresent(parts::add);
    parts.addAll(namespace);
    parts.add(name);
    return parts;
  }

  private static boolean isSame(List<String> parts, List<String> path) {
    return String.join("\0", parts).equalsIgnoreCase(String.join("\0", path));
  }

  /** The same table with its catalog named; where no catalog is named it is the given one. */
  public TableName in(String defaultCatalog) {
    return catalog.isPresent() ? this : new TableName(Optional.of(defaultCatalog), namespace, name);
  }

  @Override
  public String toString() {
    return new ColumnPath(path(), "").toString();
  }
}
