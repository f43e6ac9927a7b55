package io.bergview.catalog.view;

import static java.util.Objects.requireNonNull;

import io.bergview.errors.BergviewException;
import io.bergview.projection.definition.TableName;
import java.util.List;
import java.util.Optional;

/**
 * The readable views of all catalogs, and those that cannot be read.
 *
 * @param views by name, then by table
 * @param unreadable in the order of the catalogs
 */
public record ViewListing(List<RegisteredView> views, List<Unreadable> unreadable) {
  /**
   * What may be a view, or hold views, and cannot be read.
   *
   * @param table empty where the whole catalog cannot be listed
   * @param view the name that the table says it has; empty where the table cannot be loaded
   */
  public record Unreadable(
      String catalog, Optional<TableName> table, Optional<String> view, BergviewException error) {
    public Unreadable {
      requireNonNull(catalog, "catalog is null");
      requireNonNull(table, "table is null");
      requireNonNull(view, "view is null");
      requireNonNull(error, "error is null");
    }

    /** The name of the view, or of the table, or of the catalog, whichever is known. */
    public String name() {
      return view.or(() -> table.map(TableName::toString)).orElse(catalog);
    }
  }

  public ViewListing {
    views = List.copyOf(views);
    unreadable = List.copyOf(unreadable);
  }
}
