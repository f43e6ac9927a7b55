package io.bergview.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.bergview.errors.BergviewException;
import io.bergview.errors.DataException;
import io.bergview.fixtures.ProtocolSteps;
import io.bergview.fixtures.Seeds;
import io.bergview.fixtures.SteppedCatalog;
import io.bergview.fixtures.SteppedCatalog.Writing;
import io.bergview.imports.taken.TakenFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every step of an import fails in turn, as on a full disk. Nothing is left of it, and the same
 * import does what it is to do after. A build tries two kinds of import.
 */
@Tag("contract")
@Tag("seeded")
class FailedImportTest {
  @TempDir private Path folder;

  @AfterEach
  void reset() {
    SteppedCatalog.write(Writing.IN_PLACE);
    ProtocolSteps.countTo(ProtocolSteps.NONE);
  }

  private ImportProject project(String name) {
    Path place = folder.resolve(name);
    return ImportProject.create(place, SteppedImports.settings(place));
  }

  private static List<String> steps(SteppedImports kind, ImportProject project) {
    kind.prepare(project);
    ProtocolSteps.countTo(ProtocolSteps.NONE);
    kind.run(project);
    return ProtocolSteps.taken();
  }

  /** All files of the warehouse. */
  private static Set<String> files(ImportProject project) throws IOException {
    Path warehouse = project.folder().resolve("warehouse");
    if (!Files.isDirectory(warehouse)) {
      return Set.of();
    }
    try (Stream<Path> files = Files.walk(warehouse)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> warehouse.relativize(file).toString())
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private static boolean hasNamespace(ImportProject project) {
    return ((SupportsNamespaces) project.context().catalogs().catalog("lake"))
        .namespaceExists(Namespace.of("s"));
  }

  private static long imports(ImportProject project) {
    return StreamSupport.stream(project.table().snapshots().spliterator(), false)
        .filter(snapshot -> snapshot.summary().containsKey(TakenFiles.IMPORT_ID))
        .count();
  }

  static Stream<SteppedImports> imports() {
    return Stream.of(SteppedImports.values())
        .filter(kind -> Seeds.many() || kind == SteppedImports.UPSERT);
  }

  @ParameterizedTest
  @MethodSource("imports")
  void stepThatFailsLeavesNothing(SteppedImports kind) throws Exception {
    SteppedCatalog.write(Writing.BY_CATALOG);
    List<String> steps;
    try (ImportProject whole = project("whole")) {
      steps = steps(kind, whole);
      assertThat(SteppedImports.rowsOf(whole)).isEqualTo(kind.rows());
    }
    Set<String> kinds = steps.stream().map(SteppedImports::kind).collect(Collectors.toSet());
    assertThat(kinds)
        .contains("phase importing", "close metadata", "close manifest list", "close manifest");
    int failures = 0;
    for (int step = 1; step <= steps.size(); step++) {
      String what = steps.get(step - 1);
      // What goes on after a file is closed, or once all is done, cannot fail for want of space.
      if (!what.startsWith("closed ") && !what.equals("phase done")) {
        failAt(kind, step, "%d of %s, %s".formatted(step, kind, what));
        failures++;
      }
    }
    assertThat(failures).isGreaterThan(8);
  }

  private void failAt(SteppedImports kind, int step, String what) throws Exception {
    try (ImportProject project = project(kind + "-" + step)) {
      kind.prepare(project);
      Set<String> before = files(project);
      ProtocolSteps.failAt(step);
      Throwable failure = catchThrowable(() -> kind.run(project));
      assertThat(failure).as(what).isInstanceOf(Exception.class);
      assertThat(files(project)).as("after failure at step %s", what).isEqualTo(before);
      if (kind.makesTable()) {
        assertThat(project.hasTable()).as(what).isFalse();
        assertThat(hasNamespace(project)).as("namespace after step %s", what).isFalse();
      } else {
        assertThat(SteppedImports.rowsOf(project)).as(what).containsExactly("1=a", "2=b");
      }
      if (!what.contains("phase")) {
        assertThat(failure)
            .as(what)
            .isInstanceOf(BergviewException.class)
            .hasMessageContaining("No space left on device");
        assertThat(((BergviewException) failure).code().name())
            .as(what)
            .isEqualTo("STORAGE_FAILED");
      }
      kind.again(project);
      assertThat(SteppedImports.rowsOf(project)).as(what).isEqualTo(kind.rows());
      assertThat(imports(project)).as(what).isEqualTo(kind.makesTable() ? 1 : 2);
      assertThat(kind.again(project).snapshotId()).as(what).isEmpty();
    }
  }

  @Test
  void badRowsLeaveNoNamespaceInACatalogOfFolders() {
    try (ImportProject project =
        ImportProject.create(
            folder,
            "catalogs:\n  lake: {type: hadoop, warehouse: warehouse, local.sync: 'false'}\n")) {
      project.write("a.csv", "id,x\n1,1\n2,bad\n");
      ImportRequest bad = project.request("a.csv").withOptions(ImportProject.typed("x", "int"));
      assertThatThrownBy(() -> project.run(bad)).isInstanceOf(DataException.class);
      assertThat(project.hasTable()).isFalse();
      assertThat(folder.resolve("warehouse/s")).doesNotExist();
      project.run("a.csv");
      assertThat(SteppedImports.rowsOf(project)).containsExactly("1=1", "2=bad");
    }
  }

  /** A commit of unknown fate: rows are there once, and only then may files be left. */
  @ParameterizedTest
  @MethodSource("imports")
  void commitOfUnknownFateIsSettledByTheNextImport(SteppedImports kind) throws Exception {
    SteppedCatalog.write(Writing.THROUGH_IO);
    List<String> steps;
    try (ImportProject whole = project("whole")) {
      steps = steps(kind, whole);
    }
    int commit = steps.indexOf("commit t") + 1;
    int landed = steps.indexOf("landed t") + 1;
    assertThat(commit).isPositive();
    assertThat(landed).isGreaterThan(commit);
    for (int step : new int[] {commit, landed}) {
      try (ImportProject project = project(kind + "-" + step)) {
        kind.prepare(project);
        ProtocolSteps.failAt(step);
        Throwable failure = catchThrowable(() -> kind.run(project));
        if (step == landed) {
          assertThat(failure).isNull();
        } else {
          assertThat(failure)
              .isInstanceOfSatisfying(
                  BergviewException.class,
                  e -> assertThat(e.code().name()).isEqualTo("COMMIT_STATE_UNKNOWN"));
          kind.again(project);
        }
        assertThat(SteppedImports.rowsOf(project)).isEqualTo(kind.rows());
        assertThat(imports(project)).isEqualTo(kind.makesTable() ? 1 : 2);
        assertThat(kind.again(project).snapshotId()).isEmpty();
      }
    }
  }
}
