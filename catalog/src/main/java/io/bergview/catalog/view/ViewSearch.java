package io.bergview.catalog.view;

import static java.util.Objects.requireNonNull;

import io.bergview.catalog.Catalogs;
import io.bergview.catalog.lineage.LineageLookup;
import io.bergview.catalog.view.ViewListing.Unreadable;
import io.bergview.errors.BergviewException;
import io.bergview.errors.StorageException;
import io.bergview.projection.definition.TableName;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.NoSuchTableException;

/** Lists the views of the namespaces that hold them, skipping what cannot be read. */
final class ViewSearch {
  /** A table that is a view. */
  record ViewEntry(String catalog, TableIdentifier identifier, Table table) {
    String viewName() {
      return requireNonNull(table.properties().get(ViewProperties.VIEW), "no view");
    }
  }

  /** The tables that are views, and those that cannot be reported. */
  record SearchResult(List<ViewEntry> entries, List<Unreadable> unreadable) {}

  private final Catalogs catalogs;
  private final ViewNamespaces namespaces;

  ViewSearch(Catalogs catalogs, ViewNamespaces namespaces) {
    this.catalogs = catalogs;
    this.namespaces = namespaces;
  }

  /** Loads a table of a catalog. */
  @FunctionalInterface
  interface Loader {
    /**
     * @throws NoSuchTableException where it is not there
     */
    Table load(String catalog, TableIdentifier identifier);
  }

  /**
   * @throws BergviewException where no catalog at all can be listed
   */
  SearchResult everywhere() {
    return everywhere((catalog, identifier) -> catalogs.catalog(catalog).loadTable(identifier));
  }

  private SearchResult everywhere(Loader tables) {
    List<ViewEntry> entries = new ArrayList<>();
    List<Unreadable> unreadable = new ArrayList<>();
    int failed = 0;
    for (String catalog : catalogs.names()) {
      long started = System.nanoTime();
      try {
        search(catalog, tables, entries, unreadable);
      } catch (RuntimeException e) {
        failed++;
        unreadable.add(
            new Unreadable(
                catalog,
                Optional.empty(),
                Optional.empty(),
                catalogs.failure(
                    e, "list the views of catalog '" + catalog + "'", catalog, started)));
      }
    }
    if (failed > 0 && failed == catalogs.names().size()) {
      throw unreadable.get(0).error();
    }
    return new SearchResult(entries, unreadable);
  }

  private void search(
      String catalog, Loader tables, List<ViewEntry> entries, List<Unreadable> unreadable) {
    for (TableIdentifier identifier : namespaces.tablesOf(catalog)) {
      try {
        Table table = tables.load(catalog, identifier);
        if (table.properties().containsKey(ViewProperties.VIEW)) {
          entries.add(new ViewEntry(catalog, identifier, table));
        }
      } catch (NoSuchTableException droppedMeanwhile) {
        continue;
      } catch (RuntimeException e) {
        unreadable.add(unreadable(catalog, identifier, e));
      }
    }
  }

  /** If the current metadata file is lost, an earlier one identifies the view. */
  private Unreadable unreadable(
      String catalog, TableIdentifier identifier, RuntimeException failure) {
    TableName table = catalogs.tableName(catalog, identifier);
    Optional<EarlierMetadata.EarlierTable> earlier =
        EarlierMetadata.of(catalogs, catalog, identifier);
    Optional<String> view = earlier.flatMap(EarlierMetadata.EarlierTable::view);
    BergviewException error =
        view.<BergviewException>map(name -> earlier.get().failure(name, table, failure))
            .orElseGet(() -> catalogs.failure(failure, "read table " + table, catalog));
    return new Unreadable(catalog, Optional.of(table), view, error);
  }

  /** A view whose current metadata file is lost, as it was before; empty where none is. */
  Optional<ViewEntry> beforeItsLoss(Unreadable broken) {
    if (broken.table().isEmpty()) {
      return Optional.empty();
    }
    TableIdentifier identifier = catalogs.identifier(broken.table().get());
    return EarlierMetadata.of(catalogs, broken.catalog(), identifier)
        .filter(earlier -> earlier.view().isPresent())
        .map(earlier -> new ViewEntry(broken.catalog(), identifier, earlier.table()));
  }

  ViewTable table(ViewEntry entry) {
    return new ViewTable(
        entry.viewName(),
        entry.catalog(),
        entry.identifier(),
        catalogs.tableName(entry.catalog(), entry.identifier()),
        entry.table());
  }

  /** A view, if its definition can be read. */
  Optional<RegisteredView> readable(ViewEntry entry) {
    try {
      return Optional.of(registered(entry));
    } catch (StorageException unreadable) {
      return Optional.empty();
    }
  }

  /**
   * The tables that a view reads: by its definition; where that cannot be read, by its last
   * refresh, as far as that is known.
   */
  Set<TableName> reads(ViewEntry entry) {
    Set<TableName> tables = new LinkedHashSet<>();
    Optional<RegisteredView> view = readable(entry);
    if (view.isPresent()) {
      tables.addAll(view.get().reads().values());
    } else if (LineageLookup.of(entry.table()) instanceof LineageLookup.RecordedLineage found) {
      found.lineage().sources().stream()
          .map(source -> catalogs.qualified(source.table()))
          .forEach(tables::add);
    }
    return tables;
  }

  /** All views that can be read, and what cannot. */
  ViewListing listing() {
    return listing(everywhere(), this::registered);
  }

  /** As {@link #listing()}, with tables and definitions from another source. */
  ViewListing listing(Loader tables, Function<ViewEntry, RegisteredView> views) {
    return listing(everywhere(tables), views);
  }

  private ViewListing listing(SearchResult found, Function<ViewEntry, RegisteredView> read) {
    List<RegisteredView> views = new ArrayList<>();
    List<Unreadable> unreadable = new ArrayList<>(found.unreadable());
    for (ViewEntry entry : found.entries()) {
      try {
        views.add(read.apply(entry));
      } catch (RuntimeException e) {
        String name = entry.viewName();
        unreadable.add(
            new Unreadable(
                entry.catalog(),
                Optional.of(catalogs.tableName(entry.catalog(), entry.identifier())),
                Optional.of(name),
                catalogs.failure(e, "read the definition of view " + name, entry.catalog())));
      }
    }
    views.sort(
        Comparator.comparing(RegisteredView::name).thenComparing(v -> v.tableName().toString()));
    return new ViewListing(views, unreadable);
  }

  /**
   * @throws StorageException {@code FORMAT_UNSUPPORTED}
   */
  RegisteredView registered(ViewEntry entry) {
    Map<String, String> properties = entry.table().properties();
    String name = entry.viewName();
    String definition = properties.get(ViewProperties.DEFINITION);
    if (definition == null) {
      throw StoredDefinitionText.unreadable(
          name,
          "table %s has no property %s".formatted(entry.identifier(), ViewProperties.DEFINITION),
          null);
    }
    StoredDefinition stored = StoredDefinition.fromJson(name, definition, catalogs.names());
    Map<String, TableName> reads = new LinkedHashMap<>();
    stored.sources().forEach((type, source) -> reads.put(type, catalogs.qualified(source.table())));
    return new RegisteredView(
        name,
        entry.catalog(),
        entry.identifier(),
        catalogs.tableName(entry.catalog(), entry.identifier()),
        stored,
        reads,
        ViewRedefinition.version(name, entry.table()),
        entry.table());
  }
}
