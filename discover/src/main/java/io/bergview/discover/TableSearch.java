package io.bergview.discover;

import io.bergview.catalog.CatalogNamespaces;
import io.bergview.catalog.Catalogs;
import io.bergview.errors.BergviewException;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.NotFoundException;
import io.bergview.errors.Suggestions;
import io.bergview.projection.definition.TableName;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;

/** Finds the tables of all catalogs, skipping what cannot be read. */
final class TableSearch {
  private final Catalogs catalogs;
  private final List<FoundTable> tables = new ArrayList<>();
  private final List<UnreadableTable> unreadable = new ArrayList<>();
  private final TreeSet<String> listed = new TreeSet<>();

  /**
   * @param tables by catalog in the project's order, then by namespace and name
   */
  record SearchResult(List<FoundTable> tables, List<UnreadableTable> unreadable) {
    SearchResult {
      tables = List.copyOf(tables);
      unreadable = List.copyOf(unreadable);
    }
  }

  private TableSearch(Catalogs catalogs) {
    this.catalogs = catalogs;
  }

  /**
   * @param patterns as {@link TablePatterns} reads them
   * @throws BergviewException where no catalog at all can be listed
   * @throws NotFoundException {@code SOURCE_NOT_FOUND} where a pattern matches no table
   */
  static SearchResult of(Catalogs catalogs, List<String> patterns) {
    return new TableSearch(catalogs).search(TablePatterns.of(patterns));
  }

  private SearchResult search(TablePatterns patterns) {
    int failed = 0;
    for (String catalog : catalogs.names()) {
      try {
        search(catalog, patterns);
      } catch (RuntimeException e) {
        failed++;
        String doing = "list the tables of catalog '" + catalog + "'";
        unreadable.add(new UnreadableTable(catalog, catalogs.failure(e, doing, catalog)));
      }
    }
    if (failed == catalogs.names().size()) {
      throw unreadable.get(0).error();
    }
    if (!patterns.unmatched().isEmpty()) {
      throw noneMatches(patterns.unmatched().get(0));
    }
    return new SearchResult(tables, unreadable);
  }

  private NotFoundException noneMatches(String pattern) {
    String among =
        listed.isEmpty()
            ? "; there are no tables"
            : Suggestions.didYouMean(pattern, listed)
                + "; 'bergview listTables' shows the tables that there are";
    return new NotFoundException(
        ErrorCode.SOURCE_NOT_FOUND, "No table matches '%s'%s".formatted(pattern, among));
  }

  private void search(String name, TablePatterns patterns) {
    List<TableIdentifier> identifiers = CatalogNamespaces.tables(catalogs, name);
    identifiers.sort(Comparator.comparing(TableIdentifier::toString));
    for (TableIdentifier identifier : identifiers) {
      listed.add(identifier.toString());
      if (patterns.matches(name, identifier)) {
        add(name, identifier);
      }
    }
  }

  private void add(String catalog, TableIdentifier identifier) {
    TableName name = catalogs.tableName(catalog, identifier);
    TableName qualified = name.in(catalog);
    try {
      Table table = catalogs.loadToRead(qualified);
      tables.add(new FoundTable(name, qualified, table));
    } catch (BergviewException e) {
      if (e.code() != ErrorCode.SOURCE_NOT_FOUND) {
        unreadable.add(new UnreadableTable(name.toString(), e));
      }
    } catch (RuntimeException e) {
      unreadable.add(
          new UnreadableTable(name.toString(), catalogs.failure(e, "read table " + name, catalog)));
    }
  }
}
