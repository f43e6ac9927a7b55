package io.bergview.catalog.view;

import static java.util.Objects.requireNonNull;

import io.bergview.catalog.CatalogNamespaces;
import io.bergview.catalog.CatalogSettings.CatalogType;
import io.bergview.catalog.Catalogs;
import io.bergview.catalog.storage.Locations;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.NoSuchTableException;

/**
 * The tables of a view's catalog whose folder is that of the view, or lies within it. Every table
 * of a catalog is read, once: files are deleted rarely, and a shared folder would be data loss.
 */
public final class Neighbours {
  private final Catalogs catalogs;
  private final Map<String, Map<TableIdentifier, String>> locations = new HashMap<>();

  public Neighbours(Catalogs catalogs) {
    this.catalogs = requireNonNull(catalogs, "catalogs is null");
  }

  /** Locations of the tables whose folder lies in the view's, or is the same. */
  public Map<TableIdentifier, String> of(RegisteredView view) {
    return of(view.catalog(), view.identifier(), view.table());
  }

  /** The same of a view whose definition may be damaged. */
  Map<TableIdentifier, String> of(ViewTable view) {
    return of(view.catalog(), view.identifier(), view.table());
  }

  private Map<TableIdentifier, String> of(
      String catalog, TableIdentifier identifier, Table stored) {
    String own = stored.location();
    Map<TableIdentifier, String> near =
        new TreeMap<>(java.util.Comparator.comparing(TableIdentifier::toString));
    locations
        .computeIfAbsent(catalog, this::all)
        .forEach(
            (table, location) -> {
              if (!table.equals(identifier)
                  && (Locations.same(location, own) || Locations.isInside(location, own))) {
                near.put(table, location);
              }
            });
    return near;
  }

  /** The first of the tables that have the very folder of the view. */
  public Optional<TableIdentifier> withSameFolder(RegisteredView view) {
    return of(view).entrySet().stream()
        .filter(table -> Locations.same(table.getValue(), view.table().location()))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  private Map<TableIdentifier, String> all(String name) {
    Map<TableIdentifier, String> found = new HashMap<>();
    Catalog catalog = catalogs.catalog(name);
    if (!(catalog instanceof SupportsNamespaces namespaces)) {
      return found;
    }
    CatalogType kind = catalogs.settings(name).kind();
    for (Namespace namespace : CatalogNamespaces.all(namespaces, kind)) {
      for (TableIdentifier table : CatalogNamespaces.tables(catalog, namespace)) {
        try {
          found.put(table, catalog.loadTable(table).location());
        } catch (NoSuchTableException droppedMeanwhile) {
          continue;
        } catch (RuntimeException unreadable) {
          found.put(
              table,
              EarlierMetadata.of(catalogs, name, table)
                  .orElseThrow(() -> unreadable)
                  .table()
                  .location());
        }
      }
    }
    return found;
  }
}
