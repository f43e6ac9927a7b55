package io.bergview.interop;

import io.bergview.catalog.Project;
import io.bergview.define.ProjectApply;
import io.bergview.fixtures.LiveRows;
import io.bergview.imports.ImportRequest;
import io.bergview.imports.ImportResult;
import io.bergview.imports.Importer;
import io.bergview.maintain.MaintenanceRequest;
import io.bergview.maintain.ViewMaintenance;
import io.bergview.pipeline.context.ProjectContext;
import io.bergview.refresh.RefreshOutcome;
import io.bergview.refresh.RefreshProgress;
import io.bergview.refresh.RefreshRequest;
import io.bergview.refresh.RefreshResult;
import io.bergview.refresh.run.Refresher;
import io.bergview.settings.MaintenanceLimits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Types;

/** A project whose catalog, a SQLite file, Bergview and Spark share. */
final class Lake implements AutoCloseable {
  private final Path folder;
  private final ProjectContext context;

  private Lake(Path folder) {
    this.folder = folder;
    this.context = ProjectContext.open(Project.open(folder), Clock.systemUTC());
  }

  /** A new project in a folder, with the entity types: file name to YAML. */
  static Lake create(Path folder, Map<String, String> types) {
    write(folder.resolve(Project.FILE), "settings: {memory-limit: 1GiB}\n");
    return open(folder, types);
  }

  /** One whose folder has its settings already, with these entity types. */
  static Lake open(Path folder, Map<String, String> types) {
    types.forEach((name, text) -> write(folder.resolve("types").resolve(name), text));
    Lake lake = new Lake(folder);
    lake.catalog();
    return lake;
  }

  /** Opened at once, since Spark expects the catalog's folder to be there. */
  Catalog catalog() {
    return context.catalogs().catalog("lake");
  }

  Path folder() {
    return folder;
  }

  /** Files below the project's folder, to be imported into a table. */
  ImportRequest files(String table, String... sources) {
    return ImportRequest.of(table, sources).withDirectory(folder);
  }

  ImportResult run(ImportRequest request) {
    return new Importer(context, RefreshProgress.SILENT).run(request);
  }

  /** A table that was imported, as Iceberg's own reader sees it. */
  ComparableRows imported(String namespace, String table) {
    Table read = catalog().loadTable(TableIdentifier.of(namespace, table));
    return ComparableRows.of(read.schema(), LiveRows.of(read));
  }

  /** Registers the view of a text; it must be called as the text calls it. */
  void define(String view, String definition) {
    Path file = folder.resolve("definitions").resolve(view + ".yaml");
    write(file, definition);
    new ProjectApply(context).define(file);
  }

  RefreshResult refresh(String view) {
    RefreshOutcome outcome =
        new Refresher(context, RefreshProgress.SILENT).refresh(RefreshRequest.of(view));
    if (!outcome.failures().isEmpty()) {
      throw outcome.failures().get(0).error();
    }
    return outcome.done().get(0);
  }

  /**
   * Merges the view's small files, folds its deletes in, and forgets all but its last snapshots.
   */
  void compactAndVacuum(String view) {
    ViewMaintenance maintenance =
        new ViewMaintenance(context, RefreshProgress.SILENT, MaintenanceLimits.defaults());
    MaintenanceRequest request = MaintenanceRequest.of(view).keeping(Duration.ZERO);
    List<RefreshOutcome.Failure> failures =
        new ArrayList<>(maintenance.compact(request).failures());
    failures.addAll(maintenance.vacuum(request).failures());
    if (!failures.isEmpty()) {
      throw failures.get(0).error();
    }
  }

  /** The view's rows, without its hidden state, as Iceberg's own reader sees them. */
  ComparableRows view(String view) {
    Table table = table(view);
    return ComparableRows.of(table.schema().select(visibleColumns(table)), LiveRows.of(table));
  }

  /** The view's rows, without its hidden state, as Spark sees them. */
  ComparableRows viewInSpark(String view) {
    Table table = table(view);
    List<String> quoted =
        visibleColumns(table).stream().map(name -> "`" + name.replace("`", "``") + "`").toList();
    return spark("SELECT " + String.join(", ", quoted) + " FROM " + table.name());
  }

  ComparableRows spark(String query) {
    return ComparableRows.of(Spark.sql(folder, query));
  }

  /** The view has the columns, types and rows of Spark's answer to the query, whoever reads it. */
  void assertHolds(String view, String query) {
    ComparableRows inSpark = viewInSpark(view);
    Bags.assertSame("Iceberg's reader", view(view), "Spark's reader", inSpark);
    Bags.assertSame("view " + view, inSpark, "Spark's query", spark(query));
  }

  Table table(String view) {
    Table table = context.registry().find(view).table();
    table.refresh();
    return table;
  }

  private static List<String> visibleColumns(Table table) {
    return table.schema().columns().stream()
        .map(Types.NestedField::name)
        .filter(name -> !name.equals("_state"))
        .toList();
  }

  private static void write(Path file, String text) {
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    context.close();
  }
}
