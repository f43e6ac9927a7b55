package io.bergview.catalog;

import io.bergview.catalog.CatalogSettings.CatalogType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.exceptions.NoSuchNamespaceException;

/** The namespaces of a catalog. */
public final class CatalogNamespaces {
  private static final int MAX_DEPTH = 8;

  private CatalogNamespaces() {}

  /** Makes a namespace with all above it, as far as they are not there; others may do the same. */
  public static void create(SupportsNamespaces namespaces, Namespace namespace) {
    for (int depth = 1; depth <= namespace.length(); depth++) {
      Namespace part =
          Namespace.of(List.of(namespace.levels()).subList(0, depth).toArray(String[]::new));
      if (!namespaces.namespaceExists(part)) {
        unlessAlreadyDone(
            () -> namespaces.createNamespace(part), () -> namespaces.namespaceExists(part));
      }
    }
  }

  /** Catalogs check and insert in two steps; a JDBC catalog then fails with a key violation. */
  public static void unlessAlreadyDone(Runnable change, BooleanSupplier done) {
    try {
      change.run();
    } catch (RuntimeException e) {
      if (!done.getAsBoolean()) {
        throw e;
      }
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
