package io.bergview.catalog.view;

import static java.util.Objects.requireNonNull;

import io.bergview.catalog.Catalogs;
import io.bergview.catalog.NamespaceProtection;
import io.bergview.catalog.view.ViewSearch.ViewEntry;
import io.bergview.errors.BergviewException;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.NoSuchTableException;

/**
 * The views of a project's catalogs. It keeps nothing in memory but the places where it found some:
 * what it says is what the catalogs say at that moment, and every change is one commit of one
 * table.
 */
public final class ViewRegistry {
  private final Catalogs catalogs;
  private final ViewNamespaces namespaces;
  private final ViewSearch search;
  private final ViewRemoval removal;

  /** Where views were found; each is checked again before it is used. */
  private final Map<String, RegisteredView> toRead = new ConcurrentHashMap<>();

  private final Map<String, TableName> places = new ConcurrentHashMap<>();

  /** What {@link #define} did. */
  public enum Change {
    CREATED,
    REDEFINED,
    /**
     * Only settings of the refresh or the layout changed: the rows are still those of the
     * definition.
     */
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
   * @param clock for the age of files
   * @param safetyAge unreferenced files younger than this are not deleted
   */
  public ViewRegistry(Catalogs catalogs, Clock clock, Duration safetyAge) {
    this.catalogs = catalogs;
    this.namespaces = new ViewNamespaces(catalogs);
    this.search = new ViewSearch(catalogs, namespaces);
    this.removal = new ViewRemoval(catalogs, clock, safetyAge);
  }

  /**
   * The table that a view gets: {@code $table}, otherwise named after the view, next to the table
   * of its {@code $from}.
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
   * Creates a view, or gives an existing one a new definition. The table's columns and rows do not
   * change until a refresh; a view whose definition changed is invalid until then, unless only
   * settings of its refresh or its layout changed. A new layout applies to files written from then
   * on.
   *
   * @throws ConflictException {@code VIEW_EXISTS} if another object has the table's or the view's
   *     name; {@code COMMIT_CONFLICT} if the view was changed at the same time
   */
  public Defined define(NewView view) {
    Optional<Table> table = catalogs.find(view.table());
    if (table.isPresent()) {
      return redefine(view, table.get());
    }
    Optional<ViewEntry> elsewhere = lookup(view.name());
    if (elsewhere.isPresent()) {
      TableName there = search.table(elsewhere.get()).tableName();
      if (catalogs.qualified(there).equals(catalogs.qualified(view.table()))) {
        return redefine(view, elsewhere.get().table());
      }
      throw new ConflictException(
          ErrorCode.VIEW_EXISTS,
          "View %s exists with the table %s; drop it first, or keep that table with $table"
              .formatted(view.name(), there));
    }
    String catalog = catalogs.nameFor(view.table());
    try {
      return new Defined(Change.CREATED, search.registered(create(view, catalog)));
    } catch (AlreadyExistsException e) {
      return redefine(view, catalogs.load(view.table()));
    } catch (RuntimeException e) {
      throw catalogs.failure(e, "create the table " + view.table(), catalog);
    }
  }

  /**
   * As {@link #define}, for a view that is unchanged since it was loaded: if it has been changed or
   * refreshed since, nothing is changed.
   *
   * @param seen the loaded view, with the same name and table as {@code view}
   * @throws ConflictException {@code COMMIT_CONFLICT}
   */
  public Defined alter(RegisteredView seen, NewView view) {
    return redefine(view, seen.table());
  }

  private ViewEntry create(NewView view, String catalog) {
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
    return new ViewEntry(catalog, identifier, builder.create());
  }

  private Defined redefine(NewView view, Table table) {
    String owner = table.properties().get(ViewProperties.VIEW);
    if (owner == null) {
      throw new ConflictException(
          ErrorCode.VIEW_EXISTS,
          "Table %s has the name that view %s needs and is not a view; choose another table with $table"
              .formatted(view.table(), view.name()));
    }
    if (!owner.equals(view.name())) {
      throw new ConflictException(
          ErrorCode.VIEW_EXISTS,
          "The table %s belongs to view %s; choose another table for view %s with $table"
              .formatted(view.table(), owner, view.name()));
    }
    String catalog = catalogs.nameFor(view.table());
    ViewEntry entry = new ViewEntry(catalog, catalogs.identifier(view.table()), table);
    Optional<RegisteredView> before = search.readable(entry);
    if (before.isPresent() && isStored(view.definition(), table.properties())) {
      return new Defined(Change.UNCHANGED, before.get());
    }
    Optional<RegisteredView> same =
        before.filter(
            seen -> seen.definition().contentHash().equals(view.definition().contentHash()));
    Change change = same.isPresent() ? Change.SETTINGS : Change.REDEFINED;
    int version =
        same.map(RegisteredView::definitionVersion).orElseGet(() -> ViewRedefinition.next(table));
    try {
      ViewRedefinition.commit(view, table, version);
    } catch (RuntimeException e) {
      throw catalogs.failure(e, "change the definition of view " + view.name(), catalog);
    }
    return new Defined(change, search.registered(entry));
  }

  /** The text is compared in addition to its hash: one of them may have been changed by hand. */
  private static boolean isStored(StoredDefinition definition, Map<String, String> properties) {
    return definition.hash().equals(properties.get(ViewProperties.DEFINITION_HASH))
        && definition.toJson().equals(properties.get(ViewProperties.DEFINITION));
  }

  /** The views of all catalogs that can be read, and what cannot. */
  public ViewListing listing() {
    return search.listing();
  }

  /**
   * As {@link #listing}, for reading: the tables cannot be committed to. For views that were loaded
   * before only the catalog's pointer is read.
   */
  public ViewListing listingToRead() {
    return search.listing(
        (catalog, identifier) ->
            catalogs
                .findToRead(catalogs.tableName(catalog, identifier))
                .orElseThrow(() -> new NoSuchTableException("no table %s", identifier)),
        this::readBefore);
  }

  private RegisteredView readBefore(ViewSearch.ViewEntry entry) {
    RegisteredView known = toRead.get(entry.viewName());
    if (known != null && known.table() == entry.table()) {
      return known;
    }
    RegisteredView view = search.registered(entry);
    toRead.put(view.name(), view);
    return view;
  }

  /**
   * All views of all catalogs, by name, then by table.
   *
   * @throws BergviewException where one cannot be read, or a catalog cannot be listed
   */
  public List<RegisteredView> list() {
    ViewListing listing = search.listing();
    throwFirst(listing.unreadable());
    return listing.views();
  }

  private static void throwFirst(List<ViewListing.Unreadable> unreadable) {
    if (!unreadable.isEmpty()) {
      throw unreadable.get(0).error();
    }
  }

  /**
   * If the view was found before, only its own table is loaded. If the view is not found and a
   * catalog or a table cannot be read, that failure is thrown, since the view may be there.
   *
   * @throws NotFoundException {@code VIEW_NOT_FOUND}, with a similar name
   * @throws ConflictException {@code VIEW_EXISTS} if two views have the name
   */
  public RegisteredView find(String name) {
    TableName place = places.get(name);
    if (place != null) {
      Optional<RegisteredView> there = viewAt(place, name);
      if (there.isPresent()) {
        return there.get();
      }
      places.remove(name);
    }
    RegisteredView view = search(name);
    places.put(name, view.tableName());
    return view;
  }

  /** Where its table cannot be read, the search over all of them says why. */
  private Optional<RegisteredView> viewAt(TableName place, String name) {
    try {
      return catalogs
          .find(place)
          .flatMap(table -> viewIn(place, table))
          .filter(view -> view.name().equals(name));
    } catch (StorageException e) {
      if (e.code() == ErrorCode.STORAGE_FAILED) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static Optional<ViewListing.Unreadable> broken(
      String name, ViewSearch.SearchResult found) {
    return found.unreadable().stream()
        .filter(broken -> broken.view().filter(name::equals).isPresent())
        .findFirst();
  }

  private RegisteredView search(String name) {
    ViewSearch.SearchResult found = search.everywhere();
    return named(name, found).orElseThrow(() -> missing(name, found));
  }

  /** Why there is no view of that name among those found. */
  private static BergviewException missing(String name, ViewSearch.SearchResult found) {
    return broken(name, found)
        .or(() -> found.unreadable().stream().findFirst())
        .map(ViewListing.Unreadable::error)
        .orElseGet(
            () ->
                new NotFoundException(
                    ErrorCode.VIEW_NOT_FOUND,
                    "There is no view '%s'%s"
                        .formatted(
                            name,
                            Suggestions.didYouMean(
                                name,
                                found.entries().stream().map(ViewEntry::viewName).toList()))));
  }

  /**
   * As {@link #find}, for reading: the view's table cannot be committed to. If the view was found
   * before, only its own table is loaded. Empty if there is no such view.
   */
  public Optional<RegisteredView> findToRead(String name) {
    RegisteredView known = toRead.get(name);
    if (known != null) {
      Optional<RegisteredView> now = readNow(known);
      if (now.isPresent()) {
        toRead.put(name, now.get());
        return now;
      }
      toRead.remove(name);
    }
    ViewSearch.SearchResult found = search.everywhere();
    Optional<RegisteredView> searched = named(name, found);
    if (searched.isEmpty()) {
      throwFirst(broken(name, found).stream().toList());
      throwFirst(found.unreadable());
      return searched;
    }
    TableName tableName = searched.get().tableName();
    Optional<RegisteredView> view =
        catalogs.findToRead(tableName).flatMap(table -> viewIn(tableName, table));
    view.ifPresent(registered -> toRead.put(name, registered));
    return view;
  }

  private Optional<RegisteredView> readNow(RegisteredView known) {
    try {
      return catalogs.findToRead(known.tableName()).flatMap(table -> viewNow(known, table));
    } catch (StorageException e) {
      if (e.code() == ErrorCode.STORAGE_FAILED) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private Optional<RegisteredView> viewNow(RegisteredView known, Table table) {
    if (table == known.table()) {
      return Optional.of(known);
    }
    return viewIn(known.tableName(), table).filter(view -> view.name().equals(known.name()));
  }

  /** The names of all views that can be read. */
  public List<String> names() {
    return search.everywhere().entries().stream().map(ViewEntry::viewName).toList();
  }

  /**
   * The view that a table holds, if it holds one; at a branch or a tag it holds none.
   *
   * @param loaded the table of that name
   */
  public Optional<RegisteredView> viewIn(TableName table, Table loaded) {
    return table.ref().isEmpty() && loaded.properties().containsKey(ViewProperties.VIEW)
        ? Optional.of(
            search.registered(
                new ViewEntry(catalogs.nameFor(table), catalogs.identifier(table), loaded)))
        : Optional.empty();
  }

  /**
   * As {@link #find}, over all catalogs: a name is not considered free while a catalog, or a table
   * that may be that view, cannot be read.
   */
  private Optional<ViewEntry> lookup(String name) {
    ViewSearch.SearchResult found = search.everywhere();
    throwFirst(
        found.unreadable().stream()
            .filter(broken -> broken.view().filter(other -> !other.equals(name)).isEmpty())
            .toList());
    return entry(name, found);
  }

  private Optional<RegisteredView> named(String name, ViewSearch.SearchResult found) {
    return entry(name, found).map(search::registered);
  }

  private Optional<ViewEntry> entry(String name, ViewSearch.SearchResult found) {
    List<ViewEntry> named =
        found.entries().stream().filter(entry -> entry.viewName().equals(name)).toList();
    if (named.size() > 1) {
      throw new ConflictException(
          ErrorCode.VIEW_EXISTS,
          "The name %s is ambiguous, several tables claim to be that view: %s; drop all but one of the tables"
              .formatted(
                  name,
                  named.stream()
                      .map(entry -> catalogs.tableName(entry.catalog(), entry.identifier()))
                      .map(TableName::toString)
                      .collect(Collectors.joining(", "))));
    }
    return named.stream().findFirst();
  }

  /**
   * As {@link #find}, but only the table, so that an unreadable definition does not matter; if the
   * current metadata file of the view is lost, from an earlier one. Sufficient only to drop the
   * view.
   */
  public ViewTable findToDrop(String name) {
    return search.table(toDrop(name, search.everywhere()));
  }

  private ViewEntry toDrop(String name, ViewSearch.SearchResult found) {
    return entry(name, found)
        .or(() -> broken(name, found).flatMap(search::beforeItsLoss))
        .orElseThrow(() -> missing(name, found));
  }

  /**
   * Takes a view out of its catalog and deletes its files, none outside its own location.
   *
   * @throws NotFoundException {@code VIEW_NOT_FOUND}
   * @throws RefusedException {@code VIEW_IN_USE} where another view reads it; {@code
   *     POLICY_REFUSED} where its folder is also another table's; {@code NAMESPACE_PROTECTED}
   */
  public Dropped drop(String name) {
    ViewSearch.SearchResult found = search.everywhere();
    ViewTable view = search.table(toDrop(name, found));
    throwFirst(found.unreadable().stream().filter(broken -> broken.view().isEmpty()).toList());
    List<String> readers = readers(view, found);
    if (!readers.isEmpty()) {
      throw new RefusedException(
          ErrorCode.VIEW_IN_USE,
          "View %s is read by %s; drop those first".formatted(name, String.join(", ", readers)));
    }
    NamespaceProtection.check(
        catalogs, view.catalog(), view.identifier().namespace(), "drop view " + name);
    try {
      return removal.drop(view);
    } catch (RuntimeException e) {
      throw catalogs.failure(e, "drop view " + name, view.catalog());
    }
  }

  /** The other views that read one, including those that can only be read in part. */
  private List<String> readers(ViewTable view, ViewSearch.SearchResult found) {
    List<ViewEntry> entries = new ArrayList<>(found.entries());
    found.unreadable().forEach(broken -> search.beforeItsLoss(broken).ifPresent(entries::add));
    TableName table = catalogs.qualified(view.tableName());
    return entries.stream()
        .filter(other -> !other.viewName().equals(view.view()))
        .filter(other -> search.reads(other).contains(table))
        .map(ViewEntry::viewName)
        .sorted()
        .toList();
  }
}
