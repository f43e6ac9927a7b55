package io.bergview.catalog;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.PositionOutputStream;
import org.apache.iceberg.types.Types;

/** Projects in temporary folders, and tables with files in them. */
public final class TestProject {
  public static final String SQLITE = "catalogs: {lake: {type: sqlite, warehouse: warehouse}}";
  public static final String HADOOP = "catalogs: {lake: {type: hadoop, warehouse: warehouse}}";

  public static final Schema ORDERS =
      new Schema(
          Types.NestedField.required(1, "order_id", Types.LongType.get()),
          Types.NestedField.optional(2, "status", Types.StringType.get()),
          Types.NestedField.optional(3, "total", Types.DecimalType.of(12, 2)));

  private TestProject() {}

  public static Catalogs open(Path dir, String text) {
    try {
      Files.writeString(dir.resolve(Project.FILE), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Catalogs(Project.open(dir, Map.of()));
  }

  public static Table createTable(Catalogs catalogs, String namespace, String name) {
    SupportsNamespaces namespaces = (SupportsNamespaces) catalogs.catalog("lake");
    if (!namespaces.namespaceExists(Namespace.of(namespace))) {
      namespaces.createNamespace(Namespace.of(namespace));
    }
    return catalogs
        .catalog("lake")
        .createTable(TableIdentifier.of(namespace, name), ORDERS, PartitionSpec.unpartitioned());
  }

  /** A data file that exists; its content is never read. */
  public static DataFile writeFile(Table table) {
    String location = table.location() + "/data/" + UUID.randomUUID() + ".parquet";
    OutputFile file = table.io().newOutputFile(location);
    try (PositionOutputStream out = file.create()) {
      out.write(new byte[] {1, 2, 3});
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return DataFiles.builder(PartitionSpec.unpartitioned())
        .withPath(location)
        .withFileSizeInBytes(3)
        .withRecordCount(10)
        .build();
  }

  public static DataFile append(Table table) {
    DataFile file = writeFile(table);
    table.newAppend().appendFile(file).commit();
    return file;
  }

  /** As another engine's compaction does it: new files for old ones, no summary of ours. */
  public static DataFile compact(Table table, DataFile old) {
    DataFile file = writeFile(table);
    table.newRewrite().rewriteFiles(java.util.Set.of(old), java.util.Set.of(file)).commit();
    return file;
  }
}
