package io.bergview.catalog.pointers;

import io.bergview.catalog.Catalogs;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.SourceException;
import io.bergview.projection.definition.TableName;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;

/** Loads each table from the catalog. */
final class LoadedPointers implements TablePointers.Source {
  private final Catalogs catalogs;

  LoadedPointers(Catalogs catalogs) {
    this.catalogs = catalogs;
  }

  @Override
  public Map<TableName, String> read(Set<TableName> tables) {
    Map<TableName, String> pointers = new HashMap<>();
    for (TableName name : tables) {
      Optional<Table> table = find(name);
      table.ifPresent(found -> pointers.put(name, pointer(found)));
    }
    return pointers;
  }

  /** An object that is not a table has no pointer. */
  private Optional<Table> find(TableName name) {
    try {
      return catalogs.findToRead(name);
    } catch (SourceException e) {
      if (e.code() == ErrorCode.SOURCE_UNSUPPORTED) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static String pointer(Table table) {
    if (table instanceof HasTableOperations holder) {
      TableMetadata metadata = holder.operations().current();
      // A Hadoop catalog gives a table that is recreated the file names of the one before.
      return metadata.uuid()
          + "@"
          + metadata.lastUpdatedMillis()
          + "@"
          + metadata.metadataFileLocation();
    }
    return String.valueOf(table.currentSnapshot());
  }

  @Override
  public void close() {}
}
