package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.catalog.Catalogs;
import io.bergview.catalog.Project;
import io.bergview.catalog.lineage.LineageLookup;
import io.bergview.catalog.storage.LocalFileIO;
import io.bergview.catalog.view.RegisteredView;
import io.bergview.catalog.view.ViewRegistry;
import io.bergview.define.DefinePlan;
import io.bergview.define.ProjectApply;
import io.bergview.define.ProjectTypes;
import io.bergview.define.ViewDefiner;
import io.bergview.define.alter.ViewAlterer;
import io.bergview.errors.BergviewException;
import io.bergview.fixtures.LiveRows;
import io.bergview.fixtures.LocalDisk;
import io.bergview.fixtures.RowContents;
import io.bergview.fixtures.SteppedCatalog;
import io.bergview.maintain.ViewMaintenance;
import io.bergview.pipeline.context.ProjectContext;
import io.bergview.projection.definition.TableName;
import io.bergview.projection.definition.TypeSource;
import io.bergview.refresh.explain.ViewExplainer;
import io.bergview.refresh.explain.ViewExplanation;
import io.bergview.refresh.run.Refresher;
import io.bergview.settings.MaintenanceLimits;
import io.bergview.staleness.ViewState;
import io.bergview.staleness.ViewStates;
import io.bergview.staleness.damage.Damage;
import io.bergview.staleness.graph.LineageGraph;
import io.bergview.staleness.graph.LineageReader;
import io.bergview.verify.VerifyOptions;
import io.bergview.verify.VerifyResult;
import io.bergview.verify.ViewVerifier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.data.Record;
import org.jspecify.annotations.Nullable;

/** A project folder with its catalogs, for tests. */
final class TestProject implements AutoCloseable {
  /** Without a catalog. */
  static final String SETTINGS = "settings: {memory-limit: 512MiB, threads: 2}\n";

  /** Leaves it to the operating system when files reach the disk: no test cuts the power. */
  static final String SQLITE =
      "catalogs:\n  lake: {type: sqlite, warehouse: warehouse, local.sync: 'false'}\n" + SETTINGS;

  static final String HADOOP =
      "catalogs:\n  lake: {type: hadoop, warehouse: warehouse, local.sync: 'false'}\n" + SETTINGS;

  /** With files in a storage that is not local; {@code {folder}} is the project's. */
  static final String REMOTE =
      """
      catalogs:
        lake:
          type: jdbc
          uri: 'jdbc:sqlite:{folder}/catalog.db?busy_timeout=30000&journal_mode=WAL&synchronous=NORMAL'
          jdbc.schema-version: V1
          warehouse: 'remote:{folder}/warehouse'
          io-impl: io.bergview.fixtures.RemoteFileIO
      """
          + SETTINGS;

  /** Of a SQLite file: commits are not forced onto the disk one by one. */
  private static final String UNFORCED = "?busy_timeout=30000&journal_mode=WAL&synchronous=NORMAL";

  private final Project project;
  private final ProjectContext context;
  private final Catalogs catalogs;
  private final ViewRegistry registry;

  private TestProject(Path folder) {
    this.project = Project.open(folder);
    this.context = ProjectContext.open(project, Clock.systemUTC());
    this.catalogs = context.catalogs();
    this.registry = context.registry();
  }

  /**
   * A new project folder.
   *
   * @param settings the text of {@code bergview.yaml}; {@code {folder}} is replaced
   */
  static TestProject create(Path folder, String settings) {
    try {
      Files.createDirectories(folder.resolve("types"));
      Files.createDirectories(folder.resolve("views"));
      Files.writeString(
          folder.resolve(Project.FILE),
          settings.replace("{folder}", folder.toAbsolutePath().toString()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return open(folder);
  }

  /** A new project folder whose commits fail as a test says. */
  static TestProject withFaultyCommits(Path folder) {
    return create(
        folder,
        catalog(
            FaultyCatalog.class,
            folder,
            UNFORCED,
            "    io-impl: " + LocalFileIO.class.getName() + "\n    local.sync: 'false'\n"));
  }

  /** A new project folder, shared by processes that die at a step as a test says. */
  static TestProject ofDyingProcesses(Path folder) {
    return create(
        folder,
        catalog(
            SteppedCatalog.class,
            folder,
            UNFORCED,
            "    %s: %s\n    local.sync: 'false'\n"
                .formatted(SteppedCatalog.FILES, LocalFileIO.class.getName())));
  }

  private static String catalog(
      Class<?> implementation, Path folder, String parameters, String further) {
    return """
    catalogs:
      lake:
        catalog-impl: %1$s
        uri: 'jdbc:sqlite:%2$s/catalog.db%3$s'
        warehouse: 'file://%2$s/warehouse'
        jdbc.schema-version: V1
    %4$ssettings: {memory-limit: 512MiB, threads: 2}
    """
        .formatted(implementation.getName(), folder, parameters, further);
  }

  /** A folder that is a project already. */
  static TestProject open(Path folder) {
    return new TestProject(folder);
  }

  Catalog catalog() {
    return catalogs.catalog("lake");
  }

  Path directory() {
    return project.directory();
  }

  void createNamespace(String name) {
    ((SupportsNamespaces) catalog()).createNamespace(Namespace.of(name));
  }

  void write(String folder, Map<String, String> files) {
    files.forEach((name, text) -> write(folder + "/" + name, text));
  }

  void write(String file, String text) {
    try {
      Files.writeString(project.directory().resolve(file), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void remove(String file) {
    try {
      Files.deleteIfExists(project.directory().resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes one view's file and applies the folder. */
  ProjectApply.Outcome define(String view, String text) {
    write("views/" + view + ".yaml", "$type: " + view + "\n" + text);
    return apply();
  }

  ProjectApply.Outcome apply() {
    return applying().apply();
  }

  ProjectApply applying() {
    return new ProjectApply(context);
  }

  /** What the last step of applying would do to a view. */
  static DefinePlan step(ProjectApply.Outcome outcome, String view) {
    return outcome.steps().stream()
        .filter(step -> step.view().equals(view))
        .findFirst()
        .orElseThrow();
  }

  ProjectContext context() {
    return context;
  }

  Refresher refresher(RefreshProgress progress) {
    return new Refresher(context, progress);
  }

  RefreshOutcome refresh(RefreshRequest request) {
    return refresher(RefreshProgress.SILENT).refresh(request);
  }

  RefreshResult refresh(String view) {
    return only(refresh(RefreshRequest.of(view)));
  }

  RefreshResult refreshFully(String view) {
    return only(refresh(RefreshRequest.of(view).fully()));
  }

  /** Refreshes one view while something else happens. */
  RefreshResult refresh(String view, RefreshProgress progress) {
    return only(refresher(progress).refresh(RefreshRequest.of(view)));
  }

  private static RefreshResult only(RefreshOutcome outcome) {
    if (!outcome.failures().isEmpty()) {
      throw outcome.failures().get(0).error();
    }
    return outcome.done().get(0);
  }

  /** The error with which a refresh of one view fails. */
  BergviewException failure(String view) {
    return failure(RefreshRequest.of(view), RefreshProgress.SILENT);
  }

  BergviewException failure(RefreshRequest request, RefreshProgress progress) {
    RefreshOutcome outcome = refresher(progress).refresh(request);
    if (outcome.failures().size() != 1) {
      throw new AssertionError("not one failure: " + outcome);
    }
    return outcome.failures().get(0).error();
  }

  VerifyResult verify(String view) {
    return verify(view, VerifyOptions.defaults());
  }

  VerifyResult verify(String view, VerifyOptions options) {
    return verify(view, options, RefreshProgress.SILENT);
  }

  /** Verifies a view while something else happens. */
  VerifyResult verify(String view, VerifyOptions options, RefreshProgress progress) {
    return new ViewVerifier(context, progress).verify(view, options);
  }

  /** Maintenance as it would be after so long. */
  ViewMaintenance maintenance(Duration later, RefreshProgress progress, MaintenanceLimits limits) {
    return maintenance(Clock.offset(Clock.systemUTC(), later), progress, limits);
  }

  ViewMaintenance maintenance(Clock clock, RefreshProgress progress, MaintenanceLimits limits) {
    return new ViewMaintenance(context.withClock(clock), progress, limits);
  }

  ViewMaintenance maintenance(Duration later) {
    return maintenance(later, RefreshProgress.SILENT, MaintenanceLimits.defaults());
  }

  /**
   * The session that waits for the next refresh holds nothing on disk but the lock of its folder.
   */
  void assertNothingIsSpilled() {
    Path temp = project.settings().tempDirectory();
    try (Stream<Path> files = Files.walk(temp)) {
      assertThat(files.filter(Files::isRegularFile))
          .allSatisfy(file -> assertThat(file).isEmptyFile().hasExtension("lock"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    context.sessions().close();
    assertThat(temp).isEmptyDirectory();
  }

  RegisteredView view(String name) {
    return registry.find(name);
  }

  ViewRegistry registry() {
    return registry;
  }

  ViewDefiner definer() {
    return new ViewDefiner(context);
  }

  ViewAlterer altering() {
    return new ViewAlterer(context);
  }

  ViewExplanation explain(String name) {
    return new ViewExplainer(context).explain(name, this::types);
  }

  TypeSource types() {
    return ProjectTypes.of(context);
  }

  Damage damage() {
    return context.staleness().damage();
  }

  ViewState state(String name) {
    return context.staleness().state(view(name));
  }

  /** As {@link #state}, after a look at the view's files. */
  ViewState inspected(String name) {
    return context.staleness().inspected(view(name));
  }

  ViewStates states() {
    return context.staleness().states(registry.listing());
  }

  LineageGraph lineage() {
    return LineageReader.read(catalogs, context.staleness(), registry.listing());
  }

  Table table(String namespace, String name) {
    return catalogs.load(new TableName(Optional.empty(), List.of(namespace), name));
  }

  /** A view's table as it is now. */
  Table tableOf(String view) {
    return view(view).table();
  }

  LineageLookup.RecordedLineage lineageOf(String view) {
    return (LineageLookup.RecordedLineage) LineageLookup.of(tableOf(view));
  }

  /** All rows of a view, read by Iceberg's own reader. */
  List<Record> rows(String view) {
    return LiveRows.of(tableOf(view));
  }

  /** The rows of a view without its hidden column. */
  List<Map<String, @Nullable Object>> contents(String view) {
    return visible(rows(view));
  }

  /** The rows that a view had at one of its snapshots. */
  List<Map<String, @Nullable Object>> contentsAt(String view, long snapshotId) {
    return visible(LiveRows.at(tableOf(view), snapshotId));
  }

  private static List<Map<String, @Nullable Object>> visible(List<Record> rows) {
    return RowContents.of(rows).stream()
        .map(
            row -> {
              Map<String, @Nullable Object> shown = new LinkedHashMap<>(row);
              shown.remove("_state");
              return shown;
            })
        .toList();
  }

  /** The names of all data files that lie in a view's folder, committed or not. */
  List<String> dataFiles(String view) {
    Path data = LocalDisk.path(tableOf(view).location()).resolve("data");
    if (!Files.isDirectory(data)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(data)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> data.relativize(file).toString())
          .filter(name -> name.endsWith(".parquet"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    context.close();
  }
}
