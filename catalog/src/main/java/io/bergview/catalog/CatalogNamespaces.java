package io.bergview.catalog;

import io.bergview.catalog.CatalogSettings.CatalogType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.NoSuchNamespaceException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The namespaces of a catalog. */
public final class CatalogNamespaces {
  private static final Logger LOG = LoggerFactory.getLogger(CatalogNamespaces.class);
  private static final int MAX_DEPTH = 8;

  private CatalogNamespaces() {}

  /**
   * Makes a namespace with all above it, as far as they are not there; others may do the same.
   *
   * @return those that this call has made, the outermost first
   */
  public static List<Namespace> create(SupportsNamespaces namespaces, Namespace namespace) {
    List<Namespace> made = new ArrayList<>();
    for (int depth = 1; depth <= namespace.length(); depth++) {
      Namespace part =
          Namespace.of(List.of(namespace.levels()).subList(0, depth).toArray(String[]::new));
      if (!namespaces.namespaceExists(part)
          && unlessAlreadyDone(
              () -> namespaces.createNamespace(part), () -> namespaces.namespaceExists(part))) {
        made.add(part);
      }
    }
    return made;
  }

  /**
   * Drops namespaces that were made for something that has failed, unless somebody uses them by
   * now: a catalog drops none that holds anything.
   *
   * @param made as {@link #create} returned them
   */
  public static void dropUnused(SupportsNamespaces namespaces, List<Namespace> made) {
    try {
      for (int i = made.size() - 1; i >= 0; i--) {
        namespaces.dropNamespace(made.get(i));
      }
    } catch (RuntimeException used) {
      LOG.debug("A namespace of {} is used by others or cannot be dropped", made, used);
    }
  }

  /**
   * Catalogs check and insert in two steps; a JDBC catalog then fails with a key violation.
   *
   * @return whether it was this call that did it
   */
  public static boolean unlessAlreadyDone(Runnable change, BooleanSupplier done) {
    try {
      change.run();
      return true;
    } catch (RuntimeException e) {
      if (!done.getAsBoolean()) {
        throw e;
      }
      return false;
    }
  }

  /** Every table of a catalog; none of one that cannot list its namespaces. */
  public static List<TableIdentifier> tables(Catalogs catalogs, String name) {
    List<TableIdentifier> tables = new ArrayList<>();
    Catalog catalog = catalogs.catalog(name);
    if (catalog instanceof SupportsNamespaces namespaces) {
      for (Namespace namespace : all(namespaces, catalogs.settings(name).kind())) {
        tables.addAll(tables(catalog, namespace));
      }
    }
    return tables;
  }

  /** The tables of a namespace; none where it was dropped meanwhile. */
  public static List<TableIdentifier> tables(Catalog catalog, Namespace namespace) {
    try {
      return catalog.listTables(namespace);
    } catch (NoSuchNamespaceException dropped) {
      return List.of();
    }
  }

  /** Every namespace of a catalog, at any depth that can hold a view: eight levels. */
  public static List<Namespace> all(SupportsNamespaces namespaces, CatalogType kind) {
    List<Namespace> all = new ArrayList<>();
    List<Namespace> level = children(namespaces, Namespace.empty());
    for (int depth = 1; !level.isEmpty(); depth++) {
      all.addAll(level);
      if (!kind.nestsNamespaces() || depth == MAX_DEPTH) {
        return all;
      }
      List<Namespace> below = new ArrayList<>();
      level.forEach(namespace -> below.addAll(children(namespaces, namespace)));
      level = below;
    }
    return all;
  }

  private static List<Namespace> children(SupportsNamespaces namespaces, Namespace parent) {
    try {
      return namespaces.listNamespaces(parent);
    } catch (NoSuchNamespaceException droppedMeanwhile) {
      return List.of();
    }
  }
}
