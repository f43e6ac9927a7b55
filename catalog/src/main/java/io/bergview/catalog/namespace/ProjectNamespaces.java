package io.bergview.catalog.namespace;

import io.bergview.catalog.CatalogNamespaces;
import io.bergview.catalog.CatalogSettings.CatalogType;
import io.bergview.catalog.Catalogs;
import io.bergview.catalog.NamespaceProtection;
import io.bergview.catalog.view.RegisteredView;
import io.bergview.catalog.view.ViewListing;
import io.bergview.catalog.view.ViewRegistry;
import io.bergview.errors.ConflictException;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.NotFoundException;
import io.bergview.errors.RefusedException;
import io.bergview.errors.Suggestions;
import io.bergview.errors.UsageException;
import io.bergview.projection.definition.TableName;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.catalog.ViewCatalog;

/** What is done with the namespaces of a project's catalogs. */
public final class ProjectNamespaces {
  private static final int MOST_NAMED = 10;

  private final Catalogs catalogs;
  private final ViewRegistry registry;

  public ProjectNamespaces(Catalogs catalogs, ViewRegistry registry) {
    this.catalogs = catalogs;
    this.registry = registry;
  }

  /**
   * The namespaces of some catalogs, at any depth.
   *
   * @param names of catalogs; none for all
   * @throws NotFoundException {@code CATALOG_NOT_FOUND}
   */
  public List<ListedNamespace> list(List<String> names) {
    List<ListedNamespace> listed = new ArrayList<>();
    ViewListing views = registry.listing();
    for (String catalog : names.isEmpty() ? List.copyOf(catalogs.names()) : names) {
      CatalogType kind = catalogs.settings(catalog).kind();
      if (catalogs.catalog(catalog) instanceof SupportsNamespaces namespaces) {
        reaching(
                "list the namespaces",
                catalog,
                () ->
                    CatalogNamespaces.all(namespaces, kind).stream()
                        .map(namespace -> listed(catalog, namespace, namespaces, views))
                        .toList())
            .forEach(listed::add);
      }
    }
    return listed;
  }

  private ListedNamespace listed(
      String catalog, Namespace namespace, SupportsNamespaces namespaces, ViewListing listing) {
    boolean properties = catalogs.settings(catalog).kind().keepsNamespaceProperties();
    int tables = CatalogNamespaces.tables(catalogs.catalog(catalog), namespace).size();
    int views =
        (int)
            listing.views().stream()
                .filter(view -> view.catalog().equals(catalog))
                .filter(view -> view.identifier().namespace().equals(namespace))
                .count();
    return new ListedNamespace(
        NamespaceName.of(catalog, namespace, catalogs),
        tables - views,
        views,
        properties && NamespaceProtection.isOn(namespaces.loadNamespaceMetadata(namespace)),
        properties);
  }

  /**
   * What {@link #create} would make: the namespace, after those above it that are not there.
   *
   * @throws ConflictException {@code NAMESPACE_EXISTS}
   */
  public List<NamespaceName> planCreate(String text) {
    NamespaceName name = NamespaceName.parse(text, catalogs);
    SupportsNamespaces namespaces = namespaces(name);
    refuseNesting(name);
    return reaching(
        "create namespace " + name,
        name.catalog(),
        () -> {
          if (namespaces.namespaceExists(name.namespace())) {
            throw new ConflictException(
                ErrorCode.NAMESPACE_EXISTS, "Namespace %s exists".formatted(name));
          }
          List<NamespaceName> missing = new ArrayList<>();
          for (int depth = 1; depth <= name.namespace().length(); depth++) {
            Namespace part =
                Namespace.of(java.util.Arrays.copyOf(name.namespace().levels(), depth));
            if (!namespaces.namespaceExists(part)) {
              missing.add(NamespaceName.of(name.catalog(), part, catalogs));
            }
          }
          return missing;
        });
  }

  /**
   * Makes a namespace with those above it.
   *
   * @return those that were made, the outermost first
   * @throws ConflictException {@code NAMESPACE_EXISTS}
   */
  public List<NamespaceName> create(String text) {
    planCreate(text);
    NamespaceName name = NamespaceName.parse(text, catalogs);
    return reaching(
        "create namespace " + name,
        name.catalog(),
        () ->
            CatalogNamespaces.create(namespaces(name), name.namespace()).stream()
                .map(made -> NamespaceName.of(name.catalog(), made, catalogs))
                .toList());
  }

  private void refuseNesting(NamespaceName name) {
    CatalogType kind = catalogs.settings(name.catalog()).kind();
    if (name.namespace().length() > 1 && !kind.nestsNamespaces()) {
      throw new UsageException(
          ErrorCode.USAGE,
          "Catalog '%s' has namespaces of one level, so it cannot have %s"
              .formatted(name.catalog(), name));
    }
  }

  /**
   * From now on nothing in the namespace is dropped or replaced by Bergview.
   *
   * @return whether it was not so before
   */
  public boolean protect(String text) {
    return protection(text, true);
  }

  /**
   * Ends {@link #protect}.
   *
   * @return whether it was protected before
   */
  public boolean unprotect(String text) {
    return protection(text, false);
  }

  private boolean protection(String text, boolean on) {
    NamespaceName name = existing(text);
    SupportsNamespaces namespaces = namespaces(name);
    if (!catalogs.settings(name.catalog()).kind().keepsNamespaceProperties()) {
      throw new UsageException(
          ErrorCode.USAGE,
          "Namespace %s cannot be protected: a Hadoop catalog keeps no properties of namespaces"
              .formatted(name));
    }
    return reaching(
        "protect namespace " + name,
        name.catalog(),
        () -> {
          Map<String, String> before = namespaces.loadNamespaceMetadata(name.namespace());
          if (NamespaceProtection.isOn(before) == on) {
            return false;
          }
          if (on) {
            namespaces.setProperties(
                name.namespace(), Collections.singletonMap(NamespaceProtection.PROPERTY, "true"));
          } else {
            // Not Set.of: a REST catalog's client calls contains(null) on its sets.
            namespaces.removeProperties(
                name.namespace(), Collections.singleton(NamespaceProtection.PROPERTY));
          }
          return true;
        });
  }

  /**
   * What goes with a namespace.
   *
   * @throws NotFoundException {@code NAMESPACE_NOT_FOUND}
   * @throws RefusedException {@code NAMESPACE_PROTECTED}, or {@code VIEW_IN_USE} where views
   *     elsewhere read what is in it
   */
  public NamespaceDrop planDrop(String text) {
    NamespaceName name = existing(text);
    return reaching("drop namespace " + name, name.catalog(), () -> contents(name));
  }

  private NamespaceDrop contents(NamespaceName name) {
    Catalog catalog = catalogs.catalog(name.catalog());
    List<Namespace> within = within(name);
    for (Namespace namespace : within) {
      NamespaceProtection.check(
          catalogs, name.catalog(), namespace, "drop namespace " + name.namespace());
    }
    ViewListing listing = registry.listing();
    refuseUnreadable(name, listing);
    Set<TableName> all = new TreeSet<>(Comparator.comparing(TableName::toString));
    Set<TableName> engineViews = new TreeSet<>(Comparator.comparing(TableName::toString));
    for (Namespace namespace : within) {
      for (TableIdentifier table : CatalogNamespaces.tables(catalog, namespace)) {
        all.add(catalogs.qualified(catalogs.tableName(name.catalog(), table)));
      }
      if (catalog instanceof ViewCatalog views) {
        for (TableIdentifier view : views.listViews(namespace)) {
          engineViews.add(catalogs.tableName(name.catalog(), view));
        }
      }
    }
    refuseReaders(name, listing, all);
    List<RegisteredView> views =
        listing.views().stream().filter(view -> all.contains(view.qualifiedName())).toList();
    views.forEach(view -> all.remove(view.qualifiedName()));
    List<NamespaceName> namespaces =
        within.stream().map(one -> NamespaceName.of(name.catalog(), one, catalogs)).toList();
    return new NamespaceDrop(
        name,
        namespaces,
        views.stream().map(RegisteredView::name).toList(),
        all.stream().map(table -> plain(name.catalog(), table)).toList(),
        List.copyOf(engineViews),
        catalogs.settings(name.catalog()).kind() != CatalogType.HADOOP);
  }

  private TableName plain(String catalog, TableName qualified) {
    return catalogs.tableName(catalog, catalogs.identifier(qualified));
  }

  /** The namespace and those below it, the innermost first. */
  private List<Namespace> within(NamespaceName name) {
    return CatalogNamespaces.all(namespaces(name), catalogs.settings(name.catalog()).kind())
        .stream()
        .filter(namespace -> NamespaceName.isWithin(namespace, name.namespace()))
        .sorted(Comparator.comparingInt(Namespace::length).reversed())
        .toList();
  }

  /** What is not known of a view may be that it is here, or reads what is here. */
  private static void refuseUnreadable(NamespaceName name, ViewListing listing) {
    if (!listing.unreadable().isEmpty()) {
      ViewListing.Unreadable first = listing.unreadable().get(0);
      throw new RefusedException(
          ErrorCode.VIEW_INVALID,
          "Namespace %s is left as it is, because %s cannot be read: %s"
              .formatted(name, first.name(), first.error().getMessage()));
    }
  }

  private void refuseReaders(NamespaceName name, ViewListing listing, Set<TableName> tables) {
    List<String> readers =
        listing.views().stream()
            .filter(view -> !tables.contains(view.qualifiedName()))
            .filter(
                view ->
                    view.reads().values().stream()
                        .map(catalogs::qualified)
                        .anyMatch(tables::contains))
            .map(RegisteredView::name)
            .toList();
    if (!readers.isEmpty()) {
      throw new RefusedException(
          ErrorCode.VIEW_IN_USE,
          "Tables of namespace %s are read by %s; drop those views first"
              .formatted(name, firstOf(readers)));
    }
  }

  /**
   * Refuses to drop what is not empty.
   *
   * @throws RefusedException {@code NAMESPACE_NOT_EMPTY}
   */
  public static void requireEmpty(NamespaceDrop plan) {
    if (!plan.isEmpty()) {
      List<String> contents = new ArrayList<>();
      plan.views().forEach(view -> contents.add("view " + view));
      plan.tables().forEach(table -> contents.add("table " + table));
      plan.engineViews().forEach(view -> contents.add("engine's view " + view));
      plan.namespaces().stream()
          .filter(namespace -> !namespace.equals(plan.name()))
          .forEach(namespace -> contents.add("namespace " + namespace));
      throw new RefusedException(
          ErrorCode.NAMESPACE_NOT_EMPTY,
          "Namespace %s is not empty: %s; --cascade drops them too"
              .formatted(plan.name(), firstOf(contents)));
    }
  }

  /** Drops what a plan lists, but its views, which are gone by now. */
  public void drop(NamespaceDrop plan) {
    String catalog = plan.name().catalog();
    reaching(
        "drop namespace " + plan.name(),
        catalog,
        () -> {
          Catalog open = catalogs.catalog(catalog);
          for (TableName table : plan.tables()) {
            open.dropTable(catalogs.identifier(table), false);
          }
          if (open instanceof ViewCatalog views) {
            plan.engineViews().forEach(view -> views.dropView(catalogs.identifier(view)));
          }
          SupportsNamespaces namespaces = namespaces(plan.name());
          plan.namespaces().forEach(one -> namespaces.dropNamespace(one.namespace()));
          return plan;
        });
  }

  /**
   * What {@link #rename} would do.
   *
   * @throws NotFoundException {@code NAMESPACE_NOT_FOUND}
   * @throws ConflictException {@code TABLE_EXISTS} where both have a table of one name
   * @throws RefusedException {@code NAMESPACE_PROTECTED}; {@code VIEW_IN_USE} where it holds views
   *     or views read its tables, because these name them
   */
  public NamespaceRename planRename(String from, String to) {
    NamespaceName old = existing(from);
    NamespaceName target = NamespaceName.parse(to, catalogs);
    refuseNesting(target);
    if (!target.catalog().equals(old.catalog())) {
      throw new UsageException(
          ErrorCode.USAGE,
          "%s and %s are in different catalogs; tables are moved within one only"
              .formatted(old, target));
    }
    if (catalogs.settings(old.catalog()).kind() == CatalogType.HADOOP) {
      throw new UsageException(
          ErrorCode.USAGE,
          "Namespace %s cannot be renamed: in a Hadoop catalog names are folders, and it moves none"
              .formatted(old));
    }
    return reaching("rename namespace " + old, old.catalog(), () -> moves(old, target));
  }

  private NamespaceRename moves(NamespaceName old, NamespaceName target) {
    NamespaceDrop contents = contents(old);
    if (!contents.views().isEmpty()) {
      throw new RefusedException(
          ErrorCode.VIEW_IN_USE,
          "Namespace %s holds the views %s, whose definitions say where they are; drop those first"
              .formatted(old, firstOf(contents.views())));
    }
    if (contents.namespaces().size() > 1 || !contents.engineViews().isEmpty()) {
      throw new UsageException(
          ErrorCode.USAGE,
          "Namespace %s holds more than tables; rename what is in it first".formatted(old));
    }
    Catalog catalog = catalogs.catalog(old.catalog());
    for (TableName table : contents.tables()) {
      TableIdentifier there = TableIdentifier.of(target.namespace(), table.name());
      if (namespaces(old).namespaceExists(target.namespace()) && catalog.tableExists(there)) {
        throw new ConflictException(
            ErrorCode.TABLE_EXISTS,
            "Table %s exists, so namespace %s cannot be renamed".formatted(there, old));
      }
    }
    return new NamespaceRename(old, target, contents.tables());
  }

  /**
   * Moves the tables of a namespace into another one, which is made with the same properties if
   * need be, and drops the empty one. One that broke off goes on when it is run again.
   */
  public NamespaceRename rename(String from, String to) {
    NamespaceRename plan = planRename(from, to);
    return reaching(
        "rename namespace " + plan.from(),
        plan.from().catalog(),
        () -> {
          SupportsNamespaces namespaces = namespaces(plan.from());
          Namespace target = plan.to().namespace();
          if (!CatalogNamespaces.create(namespaces, target).isEmpty()) {
            copyProperties(namespaces, plan.from().namespace(), target);
          }
          Catalog catalog = catalogs.catalog(plan.from().catalog());
          for (TableName table : plan.tables()) {
            catalog.renameTable(
                catalogs.identifier(table), TableIdentifier.of(target, table.name()));
          }
          namespaces.dropNamespace(plan.from().namespace());
          return plan;
        });
  }

  /** Without what a catalog says of itself: where the namespace lies, and whose it is. */
  private static void copyProperties(SupportsNamespaces namespaces, Namespace from, Namespace to) {
    Map<String, String> properties = new HashMap<>(namespaces.loadNamespaceMetadata(from));
    properties.remove("location");
    properties.remove("exists");
    properties.keySet().removeIf(key -> key.startsWith("hive."));
    if (!properties.isEmpty()) {
      namespaces.setProperties(to, properties);
    }
  }

  private NamespaceName existing(String text) {
    NamespaceName name = NamespaceName.parse(text, catalogs);
    SupportsNamespaces namespaces = namespaces(name);
    return reaching(
        "read namespace " + name,
        name.catalog(),
        () -> {
          if (!namespaces.namespaceExists(name.namespace())) {
            throw new NotFoundException(
                ErrorCode.NAMESPACE_NOT_FOUND,
                "There is no namespace %s in catalog '%s'%s"
                    .formatted(name, name.catalog(), near(name)));
          }
          return name;
        });
  }

  private String near(NamespaceName name) {
    List<String> known =
        CatalogNamespaces.all(namespaces(name), catalogs.settings(name.catalog()).kind()).stream()
            .map(one -> NamespaceName.of(name.catalog(), one, catalogs).shown())
            .toList();
    return Suggestions.didYouMean(name.shown(), known);
  }

  private SupportsNamespaces namespaces(NamespaceName name) {
    if (catalogs.catalog(name.catalog()) instanceof SupportsNamespaces namespaces) {
      return namespaces;
    }
    throw new UsageException(
        ErrorCode.USAGE, "Catalog '%s' keeps no namespaces".formatted(name.catalog()));
  }

  private <T> T reaching(String doing, String catalog, Supplier<T> work) {
    long started = System.nanoTime();
    try {
      return work.get();
    } catch (RuntimeException e) {
      throw catalogs.failure(e, doing, catalog, started);
    }
  }

  private static String firstOf(List<String> names) {
    return names.stream().limit(MOST_NAMED).collect(Collectors.joining(", "))
        + (names.size() > MOST_NAMED ? " and %d more".formatted(names.size() - MOST_NAMED) : "");
  }
}
