package io.bergview.refresh;

import io.bergview.catalog.Catalogs;
import io.bergview.catalog.Project;
import io.bergview.catalog.view.RegisteredView;
import io.bergview.catalog.view.ViewRegistry;
import io.bergview.fixtures.LiveRows;
import io.bergview.projection.definition.TableName;
import io.bergview.refresh.define.ProjectApply;
import io.bergview.staleness.Staleness;
import io.bergview.staleness.ViewState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.data.Record;

/** A project folder with its catalogs, for tests. */
final class TestProject implements AutoCloseable {
  private final Project project;
  private final Catalogs catalogs;
  private final ViewRegistry registry;

  private TestProject(Path folder) {
    this.project = Project.open(folder);
    this.catalogs = new Catalogs(project);
    this.registry = new ViewRegistry(catalogs, Clock.systemUTC(), Duration.ZERO);
  }

  static TestProject sqlite(Path folder) {
    return with(folder, "settings: {memory-limit: 1GiB}\n");
  }

  static TestProject hadoop(Path folder) {
    return with(
        folder,
        "catalogs:\n  lake: {type: hadoop, warehouse: warehouse}\nsettings: {memory-limit: 1GiB}\n");
  }

  private static TestProject with(Path folder, String settings) {
    try {
      Files.createDirectories(folder.resolve("types"));
      Files.createDirectories(folder.resolve("views"));
      Files.writeString(folder.resolve(Project.FILE), settings);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return new TestProject(folder);
  }

  Catalog catalog() {
    return catalogs.catalog("lake");
  }

  Catalogs catalogs() {
    return catalogs;
  }

  void write(String folder, Map<String, String> files) {
    files.forEach((name, text) -> write(folder + "/" + name, text));
  }

  void write(String file, String text) {
    try {
      Files.writeString(project.directory().resolve(file), text);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  ProjectApply.Outcome apply() {
    return new ProjectApply(project, catalogs, registry).apply();
  }

  ProjectApply applying() {
    return new ProjectApply(project, catalogs, registry);
  }

  RefreshOutcome refresh(RefreshRequest request) {
    return new Refresher(project, catalogs, registry, Clock.systemUTC(), RefreshProgress.SILENT)
        .refresh(request);
  }

  RefreshResult refresh(String view) {
    RefreshOutcome outcome = refresh(RefreshRequest.of(view));
    if (!outcome.failures().isEmpty()) {
      throw outcome.failures().get(0).error();
    }
    return outcome.done().get(0);
  }

  RegisteredView view(String name) {
    return registry.find(name);
  }

  ViewState state(String name) {
    return new Staleness(catalogs, registry, Clock.systemUTC()).state(view(name));
  }

  Table table(String namespace, String name) {
    return catalogs.load(new TableName(Optional.empty(), List.of(namespace), name));
  }

  /** All rows of a view, read by Iceberg's own reader. */
  List<Record> rows(String view) {
    Table table = view(view).table();
    table.refresh();
    return LiveRows.of(table);
  }

  @Override
  public void close() {
    catalogs.close();
  }
}
