package io.bergview.catalog;

import io.bergview.errors.ErrorCode;
import io.bergview.errors.SourceException;
import io.bergview.projection.definition.TableName;
import org.apache.iceberg.BaseMetadataTable;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.catalog.ViewCatalog;

/**
 * An object of a catalog that cannot be a source of a view: an Iceberg view, or a metadata table,
 * which catalogs return for {@code <table>.files} and the like if there is no table of that name.
 * Neither has snapshots that a lineage could name.
 */
final class NoSource {
  private NoSource() {}

  /**
   * @throws SourceException {@code SOURCE_UNSUPPORTED} where it is a metadata table
   */
  static Table refuseMetadata(Table loaded, TableName name) {
    if (loaded instanceof BaseMetadataTable metadata) {
      throw new SourceException(
          ErrorCode.SOURCE_UNSUPPORTED,
          "%s is the metadata table '%s' of table %s, which has no snapshots and rows of its own, so it cannot be a source; name a table"
              .formatted(name, name.name(), metadata.table().name()));
    }
    return loaded;
  }

  /**
   * @param name under which the catalog has no table
   * @throws SourceException {@code SOURCE_UNSUPPORTED} where it has an Iceberg view
   */
  static void refuseView(Catalog catalog, TableIdentifier identifier, TableName name) {
    if (catalog instanceof ViewCatalog views && isView(views, identifier)) {
      throw new SourceException(
          ErrorCode.SOURCE_UNSUPPORTED,
          "%s is an Iceberg view, a query that other engines run, and not a table, so it cannot be a source; name the tables that it reads"
              .formatted(name));
    }
  }

  /** A catalog that does not keep views, though its class could, has none. */
  private static boolean isView(ViewCatalog catalog, TableIdentifier identifier) {
    try {
      return catalog.viewExists(identifier);
    } catch (RuntimeException keepsNone) {
      return false;
    }
  }
}
