package io.bergview.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.errors.ConflictException;
import io.bergview.fixtures.KilledSteps;
import io.bergview.fixtures.LiveRows;
import io.bergview.fixtures.ProtocolSteps;
import io.bergview.fixtures.Seeds;
import io.bergview.fixtures.SteppedCatalog;
import io.bergview.fixtures.SteppedCatalog.Writing;
import io.bergview.imports.taken.TakenFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Processes that import and are killed at a step. The table is then as before or as after, and the
 * same import does what is left to do: every row is there once, by one commit.
 *
 * <p>A few steps are tried, by chance: for each kind of import one within its commit and one before
 * it; in a build for two kinds one each. {@code -Dbergview.kills=all} tries every step of every
 * kind; pass it as {@code -Dbergview.test.flags=-Dbergview.kills=all}.
 */
@Tag("seeded")
class KilledImportStepsTest {
  private static final long SEED = 20261129;

  @TempDir private Path folder;

  @AfterEach
  void reset() {
    SteppedCatalog.write(Writing.IN_PLACE);
    ProtocolSteps.countTo(ProtocolSteps.NONE);
  }

  static Stream<Arguments> imports() {
    return Stream.of(SteppedImports.values())
        .filter(kind -> KilledSteps.ALL || Seeds.many() || kind == SteppedImports.UPSERT)
        .flatMap(
            kind ->
                Stream.of(Writing.IN_PLACE, Writing.THROUGH_IO)
                    .filter(writing -> KilledSteps.ALL || kind.ordinal() % 2 == writing.ordinal())
                    .map(writing -> Arguments.of(kind, writing)));
  }

  private ImportProject project(String name) {
    Path place = folder.resolve(name);
    return ImportProject.create(place, SteppedImports.settings(place));
  }

  @ParameterizedTest
  @MethodSource("imports")
  void killedImportIsAtomicAndTheSameAgainFinishesIt(SteppedImports kind, Writing writing)
      throws Exception {
    SteppedCatalog.write(writing);
    List<String> steps;
    try (ImportProject whole = project("whole")) {
      kind.prepare(whole);
      ProtocolSteps.countTo(ProtocolSteps.NONE);
      kind.run(whole);
      steps = ProtocolSteps.taken();
      assertThat(SteppedImports.rowsOf(whole)).isEqualTo(kind.rows());
    }
    SteppedCatalog.write(Writing.IN_PLACE);
    ProtocolSteps.countTo(ProtocolSteps.NONE);
    Map<String, Integer> killed = new TreeMap<>();
    KilledSteps.Case killAt =
        step -> {
          String death = killAndGoOn(kind, writing, step).orElseThrow();
          killed.merge(SteppedImports.kind(death), 1, Integer::sum);
        };
    if (!KilledSteps.ALL) {
      int[] chosen = chosen(kind, steps);
      for (int step : chosen) {
        killAt.killAt(step);
      }
      assertThat(killed.values().stream().mapToInt(Integer::intValue).sum())
          .isEqualTo(chosen.length);
      return;
    }
    KilledSteps.takeEach(kind + " " + writing, steps.size(), killAt);
    if (KilledSteps.areComplete()) {
      Map<String, Integer> expected = new TreeMap<>();
      steps.forEach(step -> expected.merge(SteppedImports.kind(step), 1, Integer::sum));
      assertThat(killed).isEqualTo(expected);
      assertThat(killed)
          .containsKeys("commit", "landed", "close metadata", "phase importing", "phase done");
    }
  }

  private static int[] chosen(SteppedImports kind, List<String> steps) {
    Random random = new Random(SEED + kind.ordinal());
    int committing = steps.indexOf("phase committing") + 1;
    int landed = steps.indexOf("landed t") + 1;
    int within = random.nextInt(committing, landed + 1);
    return Seeds.many() ? new int[] {within, random.nextInt(1, committing)} : new int[] {within};
  }

  private Optional<String> killAndGoOn(SteppedImports kind, Writing writing, int step)
      throws Exception {
    try (ImportProject project = project(kind + "-" + writing + "-" + step)) {
      kind.prepare(project);
      int imports = kind.makesTable() ? 0 : 1;
      Optional<String> death = DyingImport.die(project.folder(), kind, writing, step);
      String what = "step %d: %s".formatted(step, death);
      boolean landed = (project.hasTable() ? imports(project) : 0) > imports;
      if (landed || !kind.makesTable()) {
        assertThat(SteppedImports.rowsOf(project))
            .as(what)
            .isEqualTo(landed ? kind.rows() : List.of("1=a", "2=b"));
      } else {
        assertThat(project.hasTable()).as(what).isFalse();
      }
      if (landed && kind.makesTable()) {
        assertThatThrownBy(() -> kind.same(project))
            .as(what)
            .isInstanceOfSatisfying(
                ConflictException.class,
                e -> assertThat(e.code().name()).isEqualTo("TABLE_EXISTS"));
      } else {
        assertThat(kind.same(project).snapshotId().isPresent()).as(what).isEqualTo(!landed);
      }
      assertThat(SteppedImports.rowsOf(project)).as(what).isEqualTo(kind.rows());
      assertThat(imports(project)).as(what).isEqualTo(imports + 1);
      assertThat(kind.again(project).snapshotId()).as(what).isEmpty();
      assertEverythingNamedIsThere(project, what);
      if (kind == SteppedImports.REJECTS) {
        assertThat(Files.readString(project.folder().resolve("rejects.json")))
            .as(what)
            .containsOnlyOnce("\"line\":3")
            .hasLineCount(1);
      }
      return death.map(line -> line.substring(ProtocolSteps.DIES.length()));
    }
  }

  private static int imports(ImportProject project) {
    return (int)
        StreamSupport.stream(project.table().snapshots().spliterator(), false)
            .filter(snapshot -> snapshot.summary().containsKey(TakenFiles.IMPORT_ID))
            .count();
  }

  private static void assertEverythingNamedIsThere(ImportProject project, String what) {
    Table table = project.table();
    List<String> named = new ArrayList<>();
    for (Snapshot snapshot : table.snapshots()) {
      named.add(snapshot.manifestListLocation());
      snapshot.allManifests(table.io()).stream().map(ManifestFile::path).forEach(named::add);
      // Reads every data and delete file.
      assertThat(LiveRows.at(table, snapshot.snapshotId())).as(what).isNotEmpty();
    }
    assertThat(named)
        .as(what)
        .allSatisfy(location -> assertThat(table.io().newInputFile(location).exists()).isTrue());
  }
}
