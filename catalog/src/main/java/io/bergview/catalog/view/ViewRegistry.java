package io.bergview.catalog.view;

import static java.util.Objects.requireNonNull;

import io.bergview.catalog.Catalogs;
import io.bergview.errors.ConflictException;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.NotFoundException;
import io.bergview.errors.RefusedException;
import io.bergview.errors.StorageException;
import io.bergview.errors.Suggestions;
import io.bergview.projection.definition.TableName;
import io.bergview.projection.definition.ViewDefinition;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.jspecify.annotations.Nullable;

/**
 * The views of a project's catalogs. It keeps nothing in memory: what it says is what the catalogs
 * say at that moment, and every change is one commit of one table.
 */
public final class ViewRegistry {
  private final Catalogs catalogs;
  private final ViewNamespaces namespaces;
  private final ViewRemoval removal;

  /** What {@link #define} did. */
  public enum Change {
    CREATED,
    REDEFINED,
    /** Only settings of the refresh changed: the rows are still those of the definition. */
    SETTINGS,
    /** The view had exactly this definition; nothing was written. */
    UNCHANGED
  }

  /** A view after {@link #define}. */
  public record Defined(Change change, RegisteredView view) {
    public Defined {
      requireNonNull(change, "change is null");
      requireNonNull(view, "view is null");
    }
  }

  /**
   * What {@link #drop} did.
   *
   * @param filesDeleted under the view's own location
   * @param filesKept known to be the view's, but outside its location, or not deletable
   */
  public record Dropped(String view, TableName table, long filesDeleted, long filesKept) {
    public Dropped {
      requireNonNull(view, "view is null");
      requireNonNull(table, "table is null");
    }
  }

  /**
   * @param clock tells how old a file is
   * @param safetyAge no unreferenced file younger than this is deleted
   */
  public ViewRegistry(Catalogs catalogs, Clock clock, Duration safetyAge) {
    this.catalogs = catalogs;
    this.namespaces = new ViewNamespaces(catalogs);
    this.removal = new ViewRemoval(catalogs, clock, safetyAge);
  }

  /**
   * The table that a view gets: {@code $table}, else by its name beside the table of its {@code
   * $from}.
   *
   * @param from the table of {@code $from}
   * @throws io.bergview.errors.DefinitionException for a {@code $table} that cannot hold a view
   */
  public TableName tableFor(ViewDefinition view, TableName from) {
    TableName table =
        ViewPlaces.tableFor(view, from, catalogs.settings(catalogs.nameFor(from)).kind());
    ViewPlaces.check(view, table, catalogs.settings(catalogs.nameFor(table)).kind());
    return table;
  }

  /**
   * Creates a view, or gives an existing one a new definition. The table's columns and rows stay as
   * they are until a refresh; a view whose definition changed is invalid until then, unless only
   * settings of its refresh did.
   *
   * @throws ConflictException {@code VIEW_EXISTS} where something else has the table's or the
   *     view's name; {@code COMMIT_CONFLICT} where somebody changed the view at the same time
   */
  public Defined define(NewView view) {
    Optional<Table> table = catalogs.find(view.table());
    if (table.isPresent()) {
      return redefine(view, table.get());
    }
    Optional<RegisteredView> elsewhere = lookup(view.name());
    if (elsewhere.isPresent()) {
      if (catalogs
          .qualified(elsewhere.get().tableName())
          .equals(catalogs.qualified(view.table()))) {
        return redefine(view, elsewhere.get().table());
      }
      throw new ConflictException(
          ErrorCode.VIEW_EXISTS,
          "View %s exists with the table %s; drop it first, or keep that table with $table"
              .formatted(view.name(), elsewhere.get().tableName()));
    }
    String catalog = catalogs.nameFor(view.table());
    try {
      return new Defined(Change.CREATED, registered(catalog, create(view, catalog)));
    } catch (AlreadyExistsException e) {
      return redefine(view, catalogs.load(view.table()));
    } catch (RuntimeException e) {
      throw catalogs.failure(e, "create the table " + view.table(), catalog);
    }
  }

  private Entry create(NewView view, String catalog) {
    TableIdentifier identifier = catalogs.identifier(view.table());
    namespaces.prepare(catalog, identifier.namespace());
    Map<String, String> properties = new LinkedHashMap<>();
    properties.put(TableProperties.FORMAT_VERSION, "2");
    properties.put(TableProperties.METADATA_DELETE_AFTER_COMMIT_ENABLED, "false");
    properties.putAll(view.properties());
    properties.putAll(ViewRedefinition.properties(view, 1));
    Catalog.TableBuilder builder =
        catalogs
            .catalog(catalog)
            .buildTable(identifier, view.schema())
            .withPartitionSpec(view.spec())
            .withSortOrder(view.sortOrder())
            .withProperties(properties);
    ViewPlaces.locationFor(view.name(), identifier, catalogs, catalog)
        .ifPresent(builder::withLocation);
    return new Entry(identifier, builder.create());
  }

  private Defined redefine(NewView view, Table table) {
    String owner = table.properties().get(ViewProperties.VIEW);
    if (owner == null) {
      throw new ConflictException(
          ErrorCode.VIEW_EXISTS,
          "The table %s is in the way of view %s and is no view; choose another table with $table"
              .formatted(view.table(), view.name()));
    }
    if (!owner.equals(view.name())) {
      throw new ConflictException(
          ErrorCode.VIEW_EXISTS,
          "The table %s belongs to view %s; choose another table for view %s with $table"
              .formatted(view.table(), owner, view.name()));
    }
    String catalog = catalogs.nameFor(view.table());
    Entry entry = new Entry(catalogs.identifier(view.table()), table);
    String hash = table.properties().get(ViewProperties.DEFINITION_HASH);
    if (view.definition().hash().equals(hash)) {
      return new Defined(Change.UNCHANGED, registered(catalog, entry));
    }
    Change change = keepsContent(view, catalog, entry) ? Change.SETTINGS : Change.REDEFINED;
    int version = ViewRedefinition.version(table) + (change == Change.REDEFINED ? 1 : 0);
    try {
      ViewRedefinition.commit(view, table, version);
    } catch (RuntimeException e) {
      throw catalogs.failure(e, "change the definition of view " + view.name(), catalog);
    }
    return new Defined(change, registered(catalog, entry));
  }

  private boolean keepsContent(NewView view, String catalog, Entry entry) {
    try {
      String content = registered(catalog, entry).definition().contentHash();
      return content.equals(view.definition().contentHash());
    } catch (StorageException unreadable) {
      return false;
    }
  }

  /** All views of all catalogs, by name, then by table. */
  public List<RegisteredView> list() {
    List<RegisteredView> views = new ArrayList<>();
    for (String catalog : catalogs.names()) {
      for (Entry entry : entries(catalog)) {
        views.add(registered(catalog, entry));
      }
    }
    views.sort(
        Comparator.comparing(RegisteredView::name).thenComparing(v -> v.tableName().toString()));
    return views;
  }

  /**
   * @throws NotFoundException {@code VIEW_NOT_FOUND}, with a name that is near
   * @throws ConflictException {@code VIEW_EXISTS} where two views have the name
   */
  public RegisteredView find(String name) {
    return lookup(name)
        .orElseThrow(
            () ->
                new NotFoundException(
                    ErrorCode.VIEW_NOT_FOUND,
                    "There is no view '%s'%s"
                        .formatted(name, Suggestions.didYouMean(name, names()))));
  }

  /**
   * The view that a table holds, if it holds one.
   *
   * @param loaded the table of that name
   */
  public Optional<RegisteredView> viewIn(TableName table, Table loaded) {
    return loaded.properties().containsKey(ViewProperties.VIEW)
        ? Optional.of(
            registered(catalogs.nameFor(table), new Entry(catalogs.identifier(table), loaded)))
        : Optional.empty();
  }

  private List<String> names() {
    return catalogs.names().stream()
        .flatMap(catalog -> entries(catalog).stream())
        .map(Entry::viewName)
        .toList();
  }

  private Optional<RegisteredView> lookup(String name) {
    List<RegisteredView> found = new ArrayList<>();
    for (String catalog : catalogs.names()) {
      for (Entry entry : entries(catalog)) {
        if (entry.viewName().equals(name)) {
          found.add(registered(catalog, entry));
        }
      }
    }
    if (found.size() > 1) {
      throw new ConflictException(
          ErrorCode.VIEW_EXISTS,
          "The name %s is ambiguous, several tables claim to be that view: %s; drop all but one of the tables"
              .formatted(
                  name,
                  found.stream()
                      .map(v -> v.tableName().toString())
                      .collect(Collectors.joining(", "))));
    }
    return found.stream().findFirst();
  }

  /**
   * Takes a view out of its catalog and deletes its files, none outside its own location.
   *
   * @throws NotFoundException {@code VIEW_NOT_FOUND}
   * @throws RefusedException {@code VIEW_IN_USE} where another view reads it; {@code
   *     POLICY_REFUSED} where its folder is also another table's
   */
  public Dropped drop(String name) {
    RegisteredView view = find(name);
    TableName table = catalogs.qualified(view.tableName());
    List<String> readers =
        list().stream()
            .filter(
                other ->
                    other.definition().sources().values().stream()
                        .anyMatch(source -> catalogs.qualified(source.table()).equals(table)))
            .map(RegisteredView::name)
            .toList();
    if (!readers.isEmpty()) {
      throw new RefusedException(
          ErrorCode.VIEW_IN_USE,
          "View %s is read by %s; drop those first".formatted(name, String.join(", ", readers)));
    }
    try {
      return removal.drop(view);
    } catch (RuntimeException e) {
      throw catalogs.failure(e, "drop view " + name, view.catalog());
    }
  }

  /** A table that is a view. */
  private record Entry(TableIdentifier identifier, Table table) {
    String viewName() {
      return requireNonNull(table.properties().get(ViewProperties.VIEW), "no view");
    }
  }

  private List<Entry> entries(String catalog) {
    try {
      List<Entry> entries = new ArrayList<>();
      for (TableIdentifier identifier : namespaces.tablesOf(catalog)) {
        Table table = loadOrNull(catalog, identifier);
        if (table != null && table.properties().containsKey(ViewProperties.VIEW)) {
          entries.add(new Entry(identifier, table));
        }
      }
      return entries;
    } catch (RuntimeException e) {
      throw catalogs.failure(e, "list the views of catalog '" + catalog + "'", catalog);
    }
  }

  /** Null for a table that was dropped while we listed. */
  private @Nullable Table loadOrNull(String catalog, TableIdentifier identifier) {
    try {
      return catalogs.catalog(catalog).loadTable(identifier);
    } catch (NoSuchTableException e) {
      return null;
    }
  }

  private RegisteredView registered(String catalog, Entry entry) {
    Map<String, String> properties = entry.table().properties();
    String name = entry.viewName();
    String definition = properties.get(ViewProperties.DEFINITION);
    if (definition == null) {
      throw new StorageException(
          ErrorCode.FORMAT_UNSUPPORTED,
          "Table %s says that it is view %s and has no %s; restore that property or drop the table"
              .formatted(entry.identifier(), name, ViewProperties.DEFINITION));
    }
    return new RegisteredView(
        name,
        catalog,
        entry.identifier(),
        catalogs.tableName(catalog, entry.identifier()),
        StoredDefinition.fromJson(name, definition, catalogs.names()),
        ViewRedefinition.version(entry.table()),
        entry.table());
  }
}
