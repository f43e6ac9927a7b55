package io.bergview.catalog.pointers;

import io.bergview.catalog.CatalogSettings.CatalogType;
import io.bergview.catalog.Catalogs;
import io.bergview.projection.definition.TableName;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.Table;

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

  /**
   * Where a ref stood when its table's pointer was the one.
   *
   * @param head empty where the ref does not exist
   */
  private record RefPointer(String table, Optional<String> head) {}

  private final Catalogs catalogs;
  private final Map<String, Source> sources = new HashMap<>();
  private final Map<TableName, RefPointer> refs = new HashMap<>();

  public TablePointers(Catalogs catalogs) {
    this.catalogs = catalogs;
  }

  /**
   * @param catalog whose tables these are
   * @param tables qualified by that catalog
   * @return where each of them stands, without those that do not exist; one at a branch or a tag
   *     stands elsewhere only if the ref does
   * @throws io.bergview.errors.BergviewException {@code CATALOG_UNREACHABLE} and the like
   */
  public Map<TableName, String> read(String catalog, Set<TableName> tables) {
    try {
      return atRefs(tables, sources.computeIfAbsent(catalog, this::open).read(whole(tables)));
    } catch (RuntimeException e) {
      throw catalogs.failure(e, "look for new commits in catalog '" + catalog + "'", catalog);
    }
  }

  private static Set<TableName> whole(Set<TableName> tables) {
    return tables.stream().map(TableName::withoutRef).collect(Collectors.toSet());
  }

  private Map<TableName, String> atRefs(Set<TableName> tables, Map<TableName, String> whole) {
    Map<TableName, String> pointers = new HashMap<>();
    for (TableName table : tables) {
      Optional<String> pointer = Optional.ofNullable(whole.get(table.withoutRef()));
      (table.ref().isEmpty() ? pointer : pointer.flatMap(now -> atRef(table, now)))
          .ifPresent(found -> pointers.put(table, found));
    }
    return pointers;
  }

  /** The table is read only if its pointer has moved. */
  private Optional<String> atRef(TableName name, String table) {
    RefPointer known = refs.get(name);
    if (known == null || !known.table().equals(table)) {
      known = new RefPointer(table, catalogs.findToRead(name).map(TablePointers::head));
      refs.put(name, known);
    }
    return known.head();
  }

  private static String head(Table table) {
    return "%s@%d@%d"
        .formatted(table.uuid(), table.currentSnapshot().snapshotId(), table.schema().schemaId());
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
