package io.bergview.catalog.pointers;

import io.bergview.catalog.CatalogSettings.CatalogType;
import io.bergview.catalog.Catalogs;
import io.bergview.errors.BergviewException;
import io.bergview.projection.definition.TableName;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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

  private static final Logger LOG = LoggerFactory.getLogger(TablePointers.class);

  /**
   * What a table was, at its ref, when its pointer was the one.
   *
   * @param text empty where the table or the ref does not exist
   */
  private record TableState(String pointer, Optional<String> text) {}

  private final Catalogs catalogs;
  private final Map<String, Source> sources = new HashMap<>();
  private final Map<TableName, TableState> states = new HashMap<>();

  public TablePointers(Catalogs catalogs) {
    this.catalogs = catalogs;
  }

  /**
   * @param catalog whose tables these are
   * @param tables qualified by that catalog
   * @return by table, a text that is another one after each commit to the branch or tag that is
   *     named, {@code main} where none is, and after each change of its columns or properties;
   *     without those that do not exist
   * @throws io.bergview.errors.BergviewException {@code CATALOG_UNREACHABLE} and the like
   */
  public Map<TableName, String> read(String catalog, Set<TableName> tables) {
    long started = System.nanoTime();
    try {
      return states(tables, sources.computeIfAbsent(catalog, this::open).read(whole(tables)));
    } catch (RuntimeException e) {
      throw catalogs.failure(
          e, "look for new commits in catalog '" + catalog + "'", catalog, started);
    }
  }

  private static Set<TableName> whole(Set<TableName> tables) {
    return tables.stream().map(TableName::withoutRef).collect(Collectors.toSet());
  }

  private Map<TableName, String> states(Set<TableName> tables, Map<TableName, String> whole) {
    Map<TableName, String> states = new HashMap<>();
    for (TableName table : tables) {
      Optional.ofNullable(whole.get(table.withoutRef()))
          .flatMap(pointer -> state(table, pointer))
          .ifPresent(state -> states.put(table, state));
    }
    return states;
  }

  /** The table is read only if its pointer has moved. */
  private Optional<String> state(TableName name, String pointer) {
    TableState known = states.get(name);
    if (known == null || !known.pointer().equals(pointer)) {
      known = new TableState(pointer, read(name, pointer));
      states.put(name, known);
    }
    return known.text();
  }

  private Optional<String> read(TableName name, String pointer) {
    try {
      return catalogs.findToRead(name).map(TablePointers::text);
    } catch (BergviewException unreadable) {
      LOG.debug("Cannot tell what changed in {}", name, unreadable);
      return Optional.of(pointer);
    }
  }

  private static String text(Table table) {
    Snapshot current = table.currentSnapshot();
    return "%s@%s@%d@%s"
        .formatted(
            table.uuid(),
            current == null ? "" : current.snapshotId(),
            table.schema().schemaId(),
            table.properties());
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
