package io.bergview.api;

import io.bergview.catalog.namespace.ListedNamespace;
import io.bergview.catalog.namespace.NamespaceDrop;
import io.bergview.catalog.namespace.NamespaceName;
import io.bergview.catalog.namespace.NamespaceRename;
import io.bergview.catalog.namespace.ProjectNamespaces;
import java.util.List;

/** The namespaces of an open project's catalogs. Names are written {@code [catalog.]namespace}. */
public final class Namespaces {
  private final Bergview bergview;
  private final ProjectNamespaces namespaces;

  Namespaces(Bergview bergview, ProjectNamespaces namespaces) {
    this.bergview = bergview;
    this.namespaces = namespaces;
  }

  /**
   * The namespaces of some catalogs.
   *
   * @param catalogs by name; none for all
   * @throws io.bergview.errors.NotFoundException {@code CATALOG_NOT_FOUND}
   */
  public List<ListedNamespace> list(String... catalogs) {
    return namespaces.list(List.of(catalogs));
  }

  /**
   * Makes a namespace, with those above it.
   *
   * @return those that were made
   * @throws io.bergview.errors.ConflictException {@code NAMESPACE_EXISTS}
   */
  public List<NamespaceName> create(String namespace) {
    return namespaces.create(namespace);
  }

  /** What {@link #create} would make. */
  public List<NamespaceName> planCreate(String namespace) {
    return namespaces.planCreate(namespace);
  }

  /**
   * Moves the tables of a namespace into another one of the same catalog, and drops the first.
   *
   * @throws io.bergview.errors.RefusedException {@code VIEW_IN_USE} where views are in it or read
   *     its tables; {@code NAMESPACE_PROTECTED}
   */
  public NamespaceRename rename(String from, String to) {
    return namespaces.rename(from, to);
  }

  /** What {@link #rename} would do. */
  public NamespaceRename planRename(String from, String to) {
    return namespaces.planRename(from, to);
  }

  /**
   * Nothing in the namespace is dropped or replaced by Bergview until {@link #unprotect}.
   *
   * @return whether it was not so before
   */
  public boolean protect(String namespace) {
    return namespaces.protect(namespace);
  }

  /**
   * Ends {@link #protect}.
   *
   * @return whether it was protected
   */
  public boolean unprotect(String namespace) {
    return namespaces.unprotect(namespace);
  }

  /**
   * Drops an empty namespace.
   *
   * @throws io.bergview.errors.RefusedException {@code NAMESPACE_NOT_EMPTY}, {@code
   *     NAMESPACE_PROTECTED}
   */
  public NamespaceDrop drop(String namespace) {
    NamespaceDrop plan = namespaces.planDrop(namespace);
    ProjectNamespaces.requireEmpty(plan);
    namespaces.drop(plan);
    return plan;
  }

  /**
   * Drops a namespace and all that is in it: views with their files, tables without theirs.
   *
   * @throws io.bergview.errors.RefusedException {@code VIEW_IN_USE} where views elsewhere read its
   *     tables; {@code NAMESPACE_PROTECTED}
   */
  public NamespaceDrop dropWithContents(String namespace) {
    NamespaceDrop plan = namespaces.planDrop(namespace);
    bergview.dropViews(plan.views());
    namespaces.drop(plan);
    return plan;
  }

  /** What {@link #dropWithContents} would drop. */
  public NamespaceDrop planDrop(String namespace) {
    return namespaces.planDrop(namespace);
  }
}
