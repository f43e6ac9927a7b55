package io.bergview.api.sql;

import io.bergview.catalog.view.RegisteredView;
import io.bergview.catalog.view.ViewRegistry;
import io.bergview.discover.ListedTable;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.NotFoundException;
import io.bergview.errors.Suggestions;
import io.bergview.errors.UsageException;
import io.bergview.projection.definition.TableName;
import io.bergview.projection.statement.SqlName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds what a name in a statement means: without quotes in any case, if that is unambiguous, and
 * in quotes exactly. A view is found by its own name, and by that of its table.
 */
final class SqlNames {
  private final ViewRegistry views;

  SqlNames(ViewRegistry views) {
    this.views = views;
  }

  /**
   * The name of a view.
   *
   * @throws NotFoundException {@code VIEW_NOT_FOUND}
   */
  String view(SqlName name) {
    return findView(name)
        .orElseThrow(
            () ->
                new NotFoundException(
                    ErrorCode.VIEW_NOT_FOUND,
                    "There is no view '%s'%s"
                        .formatted(
                            name, Suggestions.didYouMean(name.last().text(), views.names()))));
  }

  /** The name of a view, if there is one. */
  Optional<String> findView(SqlName name) {
    if (name.qualifiers().isEmpty()) {
      Optional<String> found = one(name, views.names());
      if (found.isPresent()) {
        return found;
      }
    }
    List<String> found =
        views.listing().views().stream()
            .filter(view -> isTableOrIn(name, view))
            .map(RegisteredView::name)
            .toList();
    return one(name, found, found);
  }

  /** By the name of its table, or by its own name after the table's namespace. */
  private static boolean isTableOrIn(SqlName name, RegisteredView view) {
    List<String> table = path(view.qualifiedName());
    List<String> byView = new ArrayList<>(table.subList(0, table.size() - 1));
    byView.add(view.name());
    return endsWith(table, name) || endsWith(byView, name);
  }

  private static Optional<String> one(SqlName name, List<String> candidates) {
    List<String> matching = candidates.stream().filter(name.last()::matches).toList();
    return one(name, candidates, matching);
  }

  private static Optional<String> one(
      SqlName name, List<String> candidates, List<String> matching) {
    String exact = name.last().text();
    if (matching.size() > 1 && candidates.contains(exact)) {
      return Optional.of(exact);
    }
    if (matching.size() > 1) {
      throw ambiguous(name, matching);
    }
    return matching.stream().findFirst();
  }

  private static UsageException ambiguous(SqlName name, List<String> matching) {
    return new UsageException(
        ErrorCode.USAGE,
        "'%s' may be each of %s; write one of them in double quotes, with its namespace"
            .formatted(name, String.join(", ", matching)));
  }

  /** A table of a listing, as definitions write it; empty where none has the name. */
  static Optional<String> table(SqlName name, List<ListedTable> tables) {
    List<String> matching =
        tables.stream()
            .filter(table -> endsWith(path(table.table().in(table.catalog())), name))
            .map(table -> table.table().in(table.catalog()).toString())
            .toList();
    if (matching.size() > 1) {
      throw ambiguous(name, matching);
    }
    return matching.stream().findFirst();
  }

  /** Whether a table is in this namespace, or in one within it. */
  static boolean isIn(SqlName namespace, TableName table) {
    List<String> path = path(table);
    List<String> withoutCatalog = path.subList(1, path.size());
    return startsWith(path, namespace) || startsWith(withoutCatalog, namespace);
  }

  private static boolean startsWith(List<String> path, SqlName name) {
    return name.parts().size() < path.size() && matches(path.subList(0, name.parts().size()), name);
  }

  private static boolean endsWith(List<String> path, SqlName name) {
    int more = path.size() - name.parts().size();
    return more >= 0 && matches(path.subList(more, path.size()), name);
  }

  private static boolean matches(List<String> path, SqlName name) {
    for (int i = 0; i < path.size(); i++) {
      if (!name.parts().get(i).matches(path.get(i))) {
        return false;
      }
    }
    return true;
  }

  /** With the catalog, which is there. */
  private static List<String> path(TableName table) {
    List<String> path = new ArrayList<>();
    table.catalog().ifPresent(path::add);
    path.addAll(table.namespace());
    path.add(table.name());
    return path;
  }
}
