package io.bergview.catalog;

import io.bergview.errors.ErrorCode;
import io.bergview.errors.SourceException;
import io.bergview.projection.definition.TableName;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.BaseMetadataTable;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.catalog.ViewCatalog;
import org.apache.iceberg.view.View;

/**
 * An object of a catalog that cannot be a source of a view: an Iceberg view, or a metadata table,
 * which catalogs return for {@code <table>.files} and the like if there is no table of that name.
 * Neither has snapshots that a lineage could name.
 */
final class NoSource {
  /** Property of a published view: the uuid of the table that it is published over. */
  static final String PUBLISHED_BY = "bergview.published-by";

  /** Property of a published view: which view that is. */
  private static final String PUBLISHED_VIEW = "bergview.view";

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
    if (catalog instanceof ViewCatalog views) {
      view(views, identifier)
          .ifPresent(
              view -> {
                throw new SourceException(
                    ErrorCode.SOURCE_UNSUPPORTED, refusal(name, view.properties()));
              });
    }
  }

  private static String refusal(TableName name, Map<String, String> properties) {
    String published = properties.get(PUBLISHED_VIEW);
    return properties.containsKey(PUBLISHED_BY) && published != null
        ? "%s is what view %s is published as for other engines, and not a table, so it cannot be a source; name the view itself, %s"
            .formatted(name, published, published)
        : "%s is an Iceberg view, a query that other engines run, and not a table, so it cannot be a source; name the tables that it reads"
            .formatted(name);
  }

  /** A catalog that does not keep views, though its class could, has none. */
  private static Optional<View> view(ViewCatalog catalog, TableIdentifier identifier) {
    try {
      return Optional.of(catalog.loadView(identifier));
    } catch (RuntimeException keepsNone) {
      return Optional.empty();
    }
  }
}
