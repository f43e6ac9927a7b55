package io.bergview.catalog;

import static java.util.Objects.requireNonNull;

import io.bergview.errors.StorageRefusal;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.iceberg.BaseMetadataTable;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.StaticTableOperations;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.io.LocationProvider;
import org.apache.iceberg.rest.RESTCatalog;
import org.jspecify.annotations.Nullable;

/**
 * Tables for queries: each an immutable state of its metadata, shared by all queries while the
 * catalog points to it. Iceberg's operations read a metadata file again only if its location has
 * changed, so a lookup costs one read of the catalog's pointer. A REST catalog sends the whole
 * metadata anyway, with short-lived credentials, and a Hadoop catalog numbers metadata files from
 * one again if a table is dropped and recreated, so their tables are loaded each time. Thread-safe.
 */
final class QueryTables {
  private static final int MOST_TABLES = 1_000;

  /** By name, since the class would load those of Hadoop. */
  private static final String HADOOP_CATALOG = "org.apache.iceberg.hadoop.HadoopCatalog";

  private record Key(String catalog, TableIdentifier identifier) {}

  private final Map<Key, CachedTable> tables =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, CachedTable> eldest) {
          return size() > MOST_TABLES;
        }
      };

  /**
   * @throws org.apache.iceberg.exceptions.NoSuchTableException if there is none
   */
  Table load(String catalogName, Catalog catalog, TableIdentifier identifier) {
    if (catalog instanceof RESTCatalog || catalog.getClass().getName().equals(HADOOP_CATALOG)) {
      return catalog.loadTable(identifier);
    }
    CachedTable remembered;
    synchronized (tables) {
      remembered =
          tables.computeIfAbsent(new Key(catalogName, identifier), key -> new CachedTable());
    }
    return remembered.load(catalog, identifier);
  }

  /** One table. */
  private static final class CachedTable {
    private String name = "";
    private @Nullable TableOperations operations;
    private @Nullable Table fixed;
    private @Nullable TableMetadata metadata;

    synchronized Table load(Catalog catalog, TableIdentifier identifier) {
      TableMetadata now = moved();
      if (now == null) {
        Table loaded = catalog.loadTable(identifier);
        if (loaded instanceof BaseMetadataTable || !(loaded instanceof HasTableOperations holder)) {
          return loaded;
        }
        name = loaded.name();
        operations = holder.operations();
        now = operations.current();
      }
      if (fixed == null || now != metadata) {
        TableOperations from = requireNonNull(operations, "operations is null");
        LocationProvider locations =
            TablePropertyRules.locationProvider(name, now.properties(), from::locationProvider);
        fixed = new BaseTable(new StaticTableOperations(now, from.io(), locations), name);
        metadata = now;
      }
      return fixed;
    }

    /** Null where the table must be reloaded: it was dropped, or replaced by another. */
    private @Nullable TableMetadata moved() {
      if (operations == null) {
        return null;
      }
      try {
        return operations.refresh();
      } catch (RuntimeException otherTableNow) {
        if (StorageRefusal.isSettled(otherTableNow)) {
          throw otherTableNow;
        }
        operations = null;
        return null;
      }
    }
  }
}
