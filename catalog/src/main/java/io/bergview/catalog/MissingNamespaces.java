package io.bergview.catalog;

import java.util.List;
import java.util.function.BooleanSupplier;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;

/** Namespaces that are made when something is put into them. */
public final class MissingNamespaces {
  private MissingNamespaces() {}

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
}
