package io.bergview.discover;

import io.bergview.catalog.Project;
import io.bergview.fixtures.RowFiles;
import io.bergview.pipeline.context.ProjectContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types.NestedField;

/** A project in a folder of its own, with tables as a test needs them. */
public final class Lake implements AutoCloseable {
  private final Path folder;
  private final ProjectContext context;

  public Lake(Path folder) {
    this(folder, "catalogs:\n  lake: {type: sqlite, warehouse: warehouse, local.sync: 'false'}\n");
  }

  Lake(Path folder, String settings) {
    this.folder = folder;
    write(folder.resolve(Project.FILE), settings);
    this.context = ProjectContext.open(Project.open(folder), Clock.systemUTC());
  }

  static void write(Path file, String text) {
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public ProjectContext context() {
    return context;
  }

  public Catalog catalog() {
    return context.catalogs().catalog("lake");
  }

  Path file(String name) {
    return folder.resolve(name);
  }

  String text(String file) {
    try {
      return Files.readString(folder.resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void type(String file, String text) {
    write(folder.resolve("types").resolve(file), text);
  }

  /**
   * A table with rows.
   *
   * @param columns names and types in turn, all optional
   */
  Table table(String name, Map<String, Type> columns, Object[]... rows) {
    List<NestedField> fields = new ArrayList<>();
    columns.forEach(
        (column, type) -> fields.add(NestedField.optional(fields.size() + 1, column, type)));
    return table(name, new Schema(fields), rows);
  }

  Table table(String name, Schema schema, Object[]... rows) {
    int dot = name.lastIndexOf('.');
    return table(
        TableIdentifier.of(
            Namespace.of(name.substring(0, dot).split("\\.")), name.substring(dot + 1)),
        schema,
        rows);
  }

  Table table(TableIdentifier name, Schema schema, Object[]... rows) {
    SupportsNamespaces namespaces = (SupportsNamespaces) catalog();
    if (!namespaces.namespaceExists(name.namespace())) {
      namespaces.createNamespace(name.namespace());
    }
    Table table = catalog().createTable(name, schema, PartitionSpec.unpartitioned());
    append(table, rows);
    return table;
  }

  static void append(Table table, Object[]... rows) {
    if (rows.length > 0) {
      List<Record> records = new ArrayList<>();
      for (Object[] row : rows) {
        GenericRecord written = GenericRecord.create(table.schema());
        for (int i = 0; i < row.length; i++) {
          written.set(i, row[i]);
        }
        records.add(written);
      }
      RowFiles.append(table, records);
    }
  }

  static Map<String, Type> columns(Object... namesAndTypes) {
    Map<String, Type> columns = new LinkedHashMap<>();
    for (int i = 0; i < namesAndTypes.length; i += 2) {
      columns.put((String) namesAndTypes[i], (Type) namesAndTypes[i + 1]);
    }
    return columns;
  }

  static Object[] row(Object... values) {
    return values;
  }

  public DiscoverResult plan(String... patterns) {
    return new Discovery(context, DiscoverProgress.SILENT).plan(DiscoverOptions.of(patterns));
  }

  DiscoverResult discover(String... patterns) {
    return new Discovery(context, DiscoverProgress.SILENT).discover(DiscoverOptions.of(patterns));
  }

  Drift drift(String... patterns) {
    return new DriftFinder(context, DiscoverProgress.SILENT).find(List.of(patterns));
  }

  @Override
  public void close() {
    context.close();
  }
}
