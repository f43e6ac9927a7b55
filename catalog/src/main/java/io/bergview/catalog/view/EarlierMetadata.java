package io.bergview.catalog.view;

import io.bergview.catalog.CatalogSettings.CatalogType;
import io.bergview.catalog.Catalogs;
import io.bergview.catalog.pointers.TablePointers;
import io.bergview.catalog.storage.LocalFileIO;
import io.bergview.catalog.storage.Locations;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.StorageException;
import io.bergview.projection.definition.TableName;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.LocationProviders;
import org.apache.iceberg.StaticTableOperations;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableMetadataParser;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.io.FileInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An earlier state of a table whose current metadata file is lost: the newest earlier one that can
 * be read. It has the table's folder and the view's name, but not its current rows. For local
 * tables of JDBC catalogs, which record the location of the current file.
 */
final class EarlierMetadata {
  private static final Logger LOG = LoggerFactory.getLogger(EarlierMetadata.class);
  private static final String METADATA_FILE = ".metadata.json";

  private EarlierMetadata() {}

  /**
   * A table as it was.
   *
   * @param lost the location of the current metadata file
   */
  record EarlierTable(String lost, Table table) {
    Optional<String> view() {
      return Optional.ofNullable(table.properties().get(ViewProperties.VIEW));
    }

    /** That the view cannot be read. */
    StorageException failure(String view, TableName name, Throwable cause) {
      return new StorageException(
          ErrorCode.FILE_LOST,
          "View %1$s cannot be read: metadata file %2$s of its table %3$s is lost; restore it, or create the view again: 'bergview dropView %1$s --yes', 'bergview apply', 'bergview refreshView %1$s'"
              .formatted(view, lost, name),
          cause);
    }
  }

  /** Empty if the current metadata file exists, or if nothing can be determined. Never fails. */
  static Optional<EarlierTable> of(Catalogs catalogs, String catalog, TableIdentifier identifier) {
    if (catalogs.settings(catalog).kind() != CatalogType.JDBC) {
      return Optional.empty();
    }
    try {
      TableName name = catalogs.qualified(catalogs.tableName(catalog, identifier));
      return pointer(catalogs, catalog, name)
          .filter(Locations::isLocal)
          .flatMap(pointer -> newestBefore(pointer, name));
    } catch (RuntimeException e) {
      LOG.debug("No earlier metadata of table {} is known", identifier, e);
      return Optional.empty();
    }
  }

  private static Optional<String> pointer(Catalogs catalogs, String catalog, TableName name) {
    try (TablePointers pointers = new TablePointers(catalogs)) {
      return Optional.ofNullable(pointers.read(catalog, Set.of(name)).get(name));
    }
  }

  private static Optional<EarlierTable> newestBefore(String pointer, TableName name) {
    LocalFileIO io = new LocalFileIO();
    boolean whole = io.newInputFile(pointer).exists() && readable(io, pointer).isPresent();
    if (whole) {
      return Optional.empty();
    }
    List<FileInfo> others = new ArrayList<>();
    for (FileInfo file : io.listPrefix(pointer.substring(0, pointer.lastIndexOf('/')))) {
      if (file.location().endsWith(METADATA_FILE)) {
        others.add(file);
      }
    }
    others.sort(Comparator.comparing(FileInfo::location).reversed());
    return others.stream()
        .flatMap(file -> readable(io, file.location()).stream())
        .findFirst()
        .map(metadata -> new EarlierTable(pointer, table(metadata, io, name)));
  }

  private static Optional<TableMetadata> readable(LocalFileIO io, String location) {
    try {
      return Optional.of(TableMetadataParser.read(io, location));
    } catch (RuntimeException unreadable) {
      return Optional.empty();
    }
  }

  private static Table table(TableMetadata metadata, LocalFileIO io, TableName name) {
    return new BaseTable(
        new StaticTableOperations(
            metadata,
            io,
            LocationProviders.locationsFor(metadata.location(), metadata.properties())),
        name.toString());
  }
}
