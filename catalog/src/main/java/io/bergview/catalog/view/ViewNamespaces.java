package io.bergview.catalog.view;

import io.bergview.catalog.CatalogNamespaces;
import io.bergview.catalog.CatalogSettings.CatalogType;
import io.bergview.catalog.Catalogs;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.NoSuchNamespaceException;

/**
 * The namespaces that hold views: marked with the property {@code bergview.views=true}, or by their
 * name where a catalog keeps no properties. Only these are listed, never the whole catalog.
 */
final class ViewNamespaces {
  // Not Map.of: a REST catalog's client calls containsValue(null) on its maps.
  private static final Map<String, String> MARK =
      Collections.singletonMap(ViewProperties.NAMESPACE_VIEWS, "true");

  private final Catalogs catalogs;

  ViewNamespaces(Catalogs catalogs) {
    this.catalogs = catalogs;
  }

  /** Makes a namespace with all above it, and marks it. */
  void prepare(String catalog, Namespace namespace) {
    if (!(catalogs.catalog(catalog) instanceof SupportsNamespaces namespaces)) {
      return;
    }
    CatalogType kind = catalogs.settings(catalog).kind();
    CatalogNamespaces.create(namespaces, namespace);
    if (kind.keepsNamespaceProperties() && !marked(namespaces.loadNamespaceMetadata(namespace))) {
      CatalogNamespaces.unlessAlreadyDone(
          () -> namespaces.setProperties(namespace, MARK),
          () -> marked(namespaces.loadNamespaceMetadata(namespace)));
    }
  }

  private static boolean marked(Map<String, String> properties) {
    return "true".equals(properties.get(ViewProperties.NAMESPACE_VIEWS));
  }

  /** The tables in namespaces that hold views; most are views. */
  List<TableIdentifier> tablesOf(String catalog) {
    Catalog open = catalogs.catalog(catalog);
    if (!(open instanceof SupportsNamespaces namespaces)) {
      return List.of();
    }
    List<TableIdentifier> tables = new ArrayList<>();
    CatalogType kind = catalogs.settings(catalog).kind();
    for (Namespace namespace : CatalogNamespaces.all(namespaces, kind)) {
      try {
        if (holdsViews(namespaces, namespace, kind)) {
          tables.addAll(open.listTables(namespace));
        }
      } catch (NoSuchNamespaceException droppedMeanwhile) {
        continue;
      }
    }
    return tables;
  }

  private static boolean holdsViews(
      SupportsNamespaces namespaces, Namespace namespace, CatalogType kind) {
    return kind.keepsNamespaceProperties()
        ? marked(namespaces.loadNamespaceMetadata(namespace))
        : ViewPlaces.isViewNamespace(List.of(namespace.levels()));
  }
}
