package io.bergview.imports;

import static java.util.Map.entry;

import io.bergview.catalog.storage.LocalFileIO;
import io.bergview.fixtures.ProtocolSteps;
import io.bergview.fixtures.SteppedCatalog;
import io.bergview.imports.options.ImportMode;
import io.bergview.imports.options.TableOptions;
import io.bergview.refresh.RefreshProgress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Imports of every kind, whose steps are counted, and what they come to. */
enum SteppedImports {
  CREATE(ImportMode.CREATE, "id,x\n1,a\n2,b\n", "1=a", "2=b"),
  APPEND(ImportMode.APPEND, "id,x\n3,c\n", "1=a", "2=b", "3=c"),
  REPLACE(ImportMode.REPLACE, "id,x\n3,c\n", "3=c"),
  UPSERT(ImportMode.UPSERT, "id,x\n2,c\n3,d\n", "1=a", "2=c", "3=d"),
  REJECTS(ImportMode.APPEND, "id,x\n3,c\n,d\n", "1=a", "2=b", "3=c"),
  EVOLVE(ImportMode.APPEND, "id,x,y\n3,c,1\n", "1=a", "2=b", "3=c"),
  IN_PLACE(ImportMode.CREATE, "", "1=a", "2=b"),
  /** Beside a table that is there. */
  IN_PLACE_APPEND(ImportMode.APPEND, "", "1=a", "2=b", "3=c");

  /** What the table holds before an import that does not make it. */
  static final String BEFORE = "id,x\n1,a\n2,b\n";

  private final ImportMode mode;
  private final String text;
  private final List<String> rows;

  SteppedImports(ImportMode mode, String text, String... rows) {
    this.mode = mode;
    this.text = text;
    this.rows = List.of(rows);
  }

  boolean makesTable() {
    return mode == ImportMode.CREATE;
  }

  boolean isInPlace() {
    return text.isEmpty();
  }

  /** The ids and texts of the rows after the import. */
  List<String> rows() {
    return rows;
  }

  /** As a project's settings. */
  static String settings(Path folder) {
    return """
    catalogs:
      lake:
        catalog-impl: %s
        uri: 'jdbc:sqlite:%2$s/catalog.db?busy_timeout=30000&journal_mode=WAL&synchronous=NORMAL'
        warehouse: 'file://%2$s/warehouse'
        jdbc.schema-version: V1
        %3$s: %4$s
        local.sync: 'false'
    settings: {memory-limit: 512MiB, threads: 2}
    """
        .formatted(
            SteppedCatalog.class.getName(),
            folder,
            SteppedCatalog.FILES,
            LocalFileIO.class.getName());
  }

  /** Makes the table, where the import does not, and the file to import. */
  void prepare(ImportProject project) {
    if (!makesTable()) {
      project.write("before.csv", BEFORE);
      project.run(project.request("before.csv").withOptions(ImportProject.key("id")));
    }
    if (isInPlace()) {
      project.parquet(
          "new.parquet",
          makesTable()
              ? "SELECT * FROM (VALUES (1::BIGINT, 'a'), (2, 'b')) AS v(id, x)"
              : "SELECT 3::BIGINT AS id, 'c' AS x");
    } else {
      project.write("new.csv", text);
    }
  }

  private ImportRequest request(ImportProject project) {
    TableOptions key = ImportProject.key("id");
    ImportRequest request =
        project.request(isInPlace() ? "new.parquet" : "new.csv").withMode(mode).withOptions(key);
    return switch (this) {
      case IN_PLACE, IN_PLACE_APPEND -> request.stayingInPlace();
      case REJECTS -> request.rejecting(1, Optional.of(project.folder().resolve("rejects.json")));
      case EVOLVE ->
          request.withOptions(
              new TableOptions(Map.of(), key.id(), Optional.empty(), Optional.empty(), 2, true));
      default -> request;
    };
  }

  /** The same import, with nobody who counts its steps. */
  ImportResult same(ImportProject project) {
    return project.run(request(project));
  }

  /** Where the table is there already, what was to make it may only add to it. */
  ImportResult again(ImportProject project) {
    ImportRequest request = request(project);
    return project.run(
        makesTable() && project.hasTable() ? request.withMode(ImportMode.APPEND) : request);
  }

  /** Imports, step by step. */
  ImportResult run(ImportProject project) {
    return new Importer(
            project.context(),
            new RefreshProgress() {
              @Override
              public void phase(String table, String phase) {
                ProtocolSteps.step("phase " + phase);
              }

              @Override
              public void advance(String table, double fraction, String detail) {}
            })
        .run(request(project));
  }

  /** The rows of the table as {@link #rows} has them. */
  static List<String> rowsOf(ImportProject project) {
    return project.rows().stream()
        .map((Map<String, @Nullable Object> row) -> row.get("id") + "=" + row.get("x"))
        .sorted()
        .toList();
  }

  /** What kind of step it is: its verb, and what kind of file it is about. */
  static String kind(String step) {
    String verb = step.substring(0, step.indexOf(' '));
    Map<String, String> endings =
        Map.ofEntries(
            entry(".metadata.json", "metadata"),
            entry(".avro", step.contains("/snap-") ? "manifest list" : "manifest"),
            entry(".parquet", step.contains("delete") ? "delete file" : "data file"),
            entry(".puffin", "deletion vectors"));
    return endings.entrySet().stream()
        .filter(ending -> step.endsWith(ending.getKey()))
        .findFirst()
        .map(ending -> verb + " " + ending.getValue())
        .orElse(verb.equals("phase") ? step : verb);
  }
}
