package io.bergview.imports;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.errors.BergviewException;
import io.bergview.fixtures.Seeds;
import io.bergview.imports.options.ImportMode;
import io.bergview.imports.options.TableOptions;
import io.bergview.refresh.RefreshProgress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ReachableFileUtil;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two imports at once, of any two modes: a whole one happens while another is at some phase. What
 * they come to, rows and errors, is what they come to one after another, in one order or the other.
 * Neither leaves anything that the table does not name.
 */
@Tag("long")
@Tag("seeded")
class ConcurrentImportsTest {
  private static final List<String> PHASES = List.of("inferring types", "importing", "committing");

  @TempDir private Path folder;

  /** What the second import takes, and what is there before. */
  enum Setting {
    SAME_FILE_NEW_TABLE,
    SAME_FILE_OLD_TABLE,
    OTHER_FILE_NEW_TABLE,
    OTHER_FILE_OLD_TABLE;

    private boolean isSameFile() {
      return this == SAME_FILE_NEW_TABLE || this == SAME_FILE_OLD_TABLE;
    }

    private boolean hasTable() {
      return this == SAME_FILE_OLD_TABLE || this == OTHER_FILE_OLD_TABLE;
    }
  }

  /** How two imports ended. */
  private record Outcome(String first, String second, List<String> rows) {}

  static Stream<Arguments> pairs() {
    return Stream.of(ImportMode.values())
        .flatMap(
            one ->
                Stream.of(ImportMode.values())
                    .flatMap(
                        two ->
                            Stream.of(Setting.values())
                                .filter(
                                    setting ->
                                        Seeds.many()
                                            || one.ordinal() <= two.ordinal()
                                                && setting.ordinal()
                                                    == (one.ordinal() + 2 * two.ordinal()) % 4)
                                .map(setting -> Arguments.of(one, two, setting))));
  }

  private ImportProject project(String name, Setting setting) {
    ImportProject project = ImportProject.create(folder.resolve(name));
    if (setting.hasTable()) {
      project.write("before.csv", "id,x\n1,old\n2,old\n");
      project.run(project.request("before.csv").withOptions(ImportProject.key("id")));
    }
    project.write("one.csv", "id,x\n2,one\n3,one\n");
    project.write("two.csv", "id,x\n2,two\n4,two\n");
    return project;
  }

  private static ImportRequest request(ImportProject project, ImportMode mode, String file) {
    TableOptions key =
        mode == ImportMode.UPSERT ? ImportProject.key("id") : TableOptions.defaults();
    return project.request(file).withMode(mode).withOptions(key);
  }

  private static String end(ImportProject project, ImportRequest request, RefreshProgress during) {
    try {
      return new Importer(project.context(), during).run(request).snapshotId().isPresent()
          ? "done"
          : "nothing new";
    } catch (BergviewException e) {
      return e.code().name();
    }
  }

  private static List<String> rows(ImportProject project) {
    return project.hasTable() ? SteppedImports.rowsOf(project) : List.of();
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void outcomeIsThatOfSomeOrder(ImportMode one, ImportMode two, Setting setting)
      throws IOException {
    String file = setting.isSameFile() ? "one.csv" : "two.csv";
    Set<Outcome> serial =
        Set.copyOf(
            List.of(
                serially("first", setting, one, two, file, true),
                serially("second", setting, one, two, file, false)));
    for (String phase : Seeds.many() ? PHASES : List.of("committing")) {
      try (ImportProject project = project(phase.replace(' ', '-'), setting);
          ImportProject other = ImportProject.open(project.folder())) {
        String[] second = {"never began"};
        RefreshProgress during =
            new RefreshProgress() {
              @Override
              public void phase(String table, String entered) {
                if (entered.equals(phase) && second[0].equals("never began")) {
                  second[0] = "began";
                  second[0] = end(other, request(other, two, file), RefreshProgress.SILENT);
                }
              }

              @Override
              public void advance(String table, double fraction, String detail) {}
            };
        String first = end(project, request(project, one, "one.csv"), during);
        if (second[0].equals("never began")) {
          // The first was refused before it came so far.
          second[0] = end(other, request(other, two, file), RefreshProgress.SILENT);
        }
        assertThat(serial)
            .as("while %s, %s", phase, serial)
            .contains(new Outcome(first, second[0], rows(project)));
        if (project.hasTable()) {
          assertThat(files(project.folder())).as(phase).isEqualTo(named(project));
        }
      }
    }
  }

  private Outcome serially(
      String name, Setting setting, ImportMode one, ImportMode two, String file, boolean oneFirst) {
    try (ImportProject project = project(name, setting)) {
      String second =
          oneFirst ? "" : end(project, request(project, two, file), RefreshProgress.SILENT);
      String first = end(project, request(project, one, "one.csv"), RefreshProgress.SILENT);
      return new Outcome(
          first,
          oneFirst ? end(project, request(project, two, file), RefreshProgress.SILENT) : second,
          rows(project));
    }
  }

  /**
   * The import that made the namespace fails before or after another one into it has committed.
   *
   * @param phase of the other one, in which the first fails
   */
  @ParameterizedTest
  @ValueSource(strings = {"importing", "committing", "done"})
  void namespaceThatAFailedImportHasMadeStaysWhereAnotherNeedsIt(String phase) throws Exception {
    try (ImportProject project = ImportProject.create(folder.resolve(phase));
        ImportProject other = ImportProject.open(project.folder())) {
      project.write("bad.csv", "id,x\n1,1\n2,bad\n");
      project.write("good.csv", "id,x\n3,good\n");
      CountDownLatch made = new CountDownLatch(1);
      CountDownLatch mayFail = new CountDownLatch(1);
      ImportRequest bad = project.request("bad.csv").withOptions(ImportProject.typed("x", "int"));
      ExecutorService thread = Executors.newSingleThreadExecutor();
      try {
        Future<String> first =
            thread.submit(
                () ->
                    end(
                        project,
                        bad,
                        at(
                            "importing",
                            () -> {
                              made.countDown();
                              mayFail.await();
                            })));
        made.await();
        String second =
            end(
                other,
                request(other, ImportMode.APPEND, "good.csv"),
                at(
                    phase,
                    () -> {
                      mayFail.countDown();
                      assertThat(first.get()).isEqualTo("IMPORT_ROWS_REJECTED");
                    }));
        assertThat(second).isEqualTo("done");
      } finally {
        thread.shutdownNow();
      }
      assertThat(rows(other)).containsExactly("3=good");
      assertThat(files(project.folder())).isEqualTo(named(other));
      assertThat(end(other, request(other, ImportMode.APPEND, "good.csv"), RefreshProgress.SILENT))
          .isEqualTo("nothing new");
    }
  }

  private interface Event {
    void happen() throws Exception;
  }

  private static RefreshProgress at(String phase, Event event) {
    return new RefreshProgress() {
      @Override
      public void phase(String table, String entered) {
        if (entered.equals(phase)) {
          try {
            event.happen();
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        }
      }

      @Override
      public void advance(String table, double fraction, String detail) {}
    };
  }

  private static Set<String> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve("warehouse"))) {
      return files
          .filter(Files::isRegularFile)
          .map(Path::toString)
          .filter(file -> !file.contains("catalog.db"))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  /** Every file that the table's metadata names. */
  private static Set<String> named(ImportProject project) throws IOException {
    Table table = project.table();
    Set<String> named = new TreeSet<>(ReachableFileUtil.metadataFileLocations(table, true));
    for (Snapshot snapshot : table.snapshots()) {
      named.add(snapshot.manifestListLocation());
      for (ManifestFile manifest : snapshot.allManifests(table.io())) {
        named.add(manifest.path());
      }
      try (var tasks = table.newScan().useSnapshot(snapshot.snapshotId()).planFiles()) {
        tasks.forEach(
            task -> {
              named.add(task.file().location());
              task.deletes().forEach(delete -> named.add(delete.location()));
            });
      }
    }
    return named.stream()
        .map(location -> location.replaceFirst("^file:/*", "/"))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
