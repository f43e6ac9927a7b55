package io.bergview.catalog.pointers;

import io.bergview.catalog.CatalogSettings.CatalogType;
import io.bergview.catalog.Catalogs;
import io.bergview.projection.definition.TableName;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The current metadata files of a project's tables. Polling them detects commits by any writer: one
 * query for all tables of a JDBC catalog, a check for changes of a SQLite file, one load per table
 * for other catalogs. For one thread.
 */
public final class TablePointers implements AutoCloseable {
  /** The pointers of one catalog's tables. */
  interface Source extends AutoCloseable {
    /**
     * @param tables all of this catalog
     * @return by table, a text that is another one after each commit; without what is not there
     */
    Map<TableName, String> read(Set<TableName> tables);

    @Override
    void close();
  }

  private final Catalogs catalogs;
  private final Map<String, Source> sources = new HashMap<>();

  public TablePointers(Catalogs catalogs) {
    this.catalogs = catalogs;
  }

  /**
   * @param catalog whose tables these are
   * @param tables qualified by that catalog
   * @return where each of them stands, without those that do not exist
   * @throws io.bergview.errors.BergviewException {@code CATALOG_UNREACHABLE} and the like
   */
  public Map<TableName, String> read(String catalog, Set<TableName> tables) {
    try {
      return sources.computeIfAbsent(catalog, this::open).read(tables);
    } catch (RuntimeException e) {
      throw catalogs.failure(e, "look for new commits in catalog '" + catalog + "'", catalog);
    }
  }

  /** These tables, qualified, by the catalogs that they are in. */
  public static Map<String, Set<TableName>> byCatalog(Set<TableName> tables, Catalogs catalogs) {
    Map<String, Set<TableName>> byCatalog = new LinkedHashMap<>();
    for (TableName table : tables) {
      TableName qualified = catalogs.qualified(table);
      byCatalog
          .computeIfAbsent(catalogs.nameFor(qualified), unused -> new HashSet<>())
          .add(qualified);
    }
    return byCatalog;
  }

  private Source open(String catalog) {
    catalogs.catalog(catalog); // Makes the tables of a new JDBC catalog.
    return catalogs.settings(catalog).kind() == CatalogType.JDBC
        ? new JdbcPointers(catalogs.settings(catalog))
        : new LoadedPointers(catalogs);
  }

  @Override
  public void close() {
    sources.values().forEach(Source::close);
    sources.clear();
  }
}
