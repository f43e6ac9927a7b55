package io.bergview.imports;

import io.bergview.catalog.CatalogNamespaces;
import io.bergview.imports.parquet.InPlaceFiles;
import io.bergview.imports.write.ImportCommit;
import io.bergview.pipeline.context.ProjectContext;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.UpdateSchema;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;

/** The table of an import: that which is there, perhaps evolved, or one that the commit makes. */
final class TargetTable {
  private final Catalog catalog;
  private final List<Namespace> made;
  private final ImportCommit commit;

  private TargetTable(Catalog catalog, List<Namespace> made, ImportCommit commit) {
    this.catalog = catalog;
    this.made = made;
    this.commit = commit;
  }

  /** Makes the table's namespace, if need be; nothing else happens before the commit. */
  static TargetTable open(ProjectContext context, Preparation preparation) {
    Catalog catalog = context.catalogs().catalog(context.catalogs().nameFor(preparation.name()));
    if (preparation.table().isPresent()) {
      return new TargetTable(catalog, List.of(), into(preparation, preparation.table().get()));
    }
    TableIdentifier identifier = context.catalogs().identifier(preparation.name());
    List<Namespace> made =
        catalog instanceof SupportsNamespaces namespaces
            ? CatalogNamespaces.create(namespaces, identifier.namespace())
            : List.of();
    try {
      return new TargetTable(catalog, made, creating(preparation, catalog, identifier));
    } catch (RuntimeException e) {
      dropUnused(catalog, made);
      throw e;
    }
  }

  private static ImportCommit into(Preparation preparation, Table table) {
    ImportCommit commit = ImportCommit.into(table);
    Transaction transaction = commit.transaction();
    if (!preparation.columns().changes().isEmpty()) {
      UpdateSchema update = transaction.updateSchema();
      preparation.columns().evolve(update);
      update.commit();
    }
    if (preparation.files().placed().isPresent()) {
      transaction
          .updateProperties()
          .set(TableProperties.DEFAULT_NAME_MAPPING, InPlaceFiles.nameMapping(transaction.table()))
          .commit();
    }
    return commit;
  }

  private static ImportCommit creating(
      Preparation preparation, Catalog catalog, TableIdentifier identifier) {
    Schema schema = preparation.schema();
    ImportCommit commit =
        ImportCommit.creating(
            catalog
                .buildTable(identifier, schema)
                .withPartitionSpec(preparation.spec(schema))
                .withSortOrder(preparation.sortOrder(schema))
                .withProperties(
                    Map.of(
                        TableProperties.FORMAT_VERSION,
                        Integer.toString(preparation.request().options().formatVersion()),
                        TableProperties.PARQUET_COMPRESSION,
                        "zstd"))
                .createTransaction());
    if (preparation.files().placed().isPresent()) {
      Transaction transaction = commit.transaction();
      // The files are not the table's to delete.
      transaction
          .updateProperties()
          .set(TableProperties.GC_ENABLED, "false")
          .set(TableProperties.DEFAULT_NAME_MAPPING, InPlaceFiles.nameMapping(transaction.table()))
          .commit();
    }
    return commit;
  }

  ImportCommit commit() {
    return commit;
  }

  /** Nothing was committed: the namespace that was made is dropped, unless others use it. */
  void withdraw() {
    dropUnused(catalog, made);
  }

  private static void dropUnused(Catalog catalog, List<Namespace> made) {
    if (catalog instanceof SupportsNamespaces namespaces) {
      CatalogNamespaces.dropUnused(namespaces, made);
    }
  }
}
