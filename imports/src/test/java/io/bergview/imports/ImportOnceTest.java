package io.bergview.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.errors.ConflictException;
import io.bergview.fixtures.FaultyFileIO;
import io.bergview.imports.options.ImportMode;
import io.bergview.imports.taken.TakenFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.GenericRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rows of a file are in the table once, whatever happens between two imports of it. */
class ImportOnceTest {
  @TempDir private Path folder;

  private ImportProject project;

  @BeforeEach
  void open() {
    project = ImportProject.create(folder);
  }

  @AfterEach
  void close() {
    project.close();
  }

  @Test
  void secondImportTakesNothingAndLaterOnesNewFilesOnly() {
    project.write("in/a.csv", "id\n1\n");
    ImportResult first = project.run("in");
    assertThat(first.rowsAdded()).isEqualTo(1);
    assertThat(project.run("in").snapshotId()).isEmpty();
    assertThat(project.table().snapshots()).hasSize(1);
    Path file = project.write("in/b.csv", "id\n2\n");
    ImportResult second = project.run("in");
    assertThat(second.plan().files()).containsExactly(file.toString());
    assertThat(second.plan().known()).isEqualTo(1);
    assertThat(project.values("id")).containsExactlyInAnyOrder(1L, 2L);
  }

  @Test
  void changedFileIsRefusedUntilItIsTakenAgain() {
    Path file = project.write("a.csv", "id\n1\n");
    project.run("a.csv");
    project.write("a.csv", "id\n1\n2\n");
    assertThatThrownBy(() -> project.run("a.csv"))
        .isInstanceOfSatisfying(
            ConflictException.class,
            e -> {
              assertThat(e.code().name()).isEqualTo("IMPORT_FILE_CHANGED");
              assertThat(e.details()).containsExactly(file.toString());
            });
    assertThat(project.values("id")).containsExactly(1L);
    project.run(project.request("a.csv").takingAgain());
    assertThat(project.values("id")).containsExactlyInAnyOrder(1L, 1L, 2L);
    assertThat(project.run("a.csv").snapshotId()).isEmpty();
  }

  @Test
  void movedAndTouchedFilesAreNotTakenAgain() throws IOException {
    Path file = project.write("in/a.csv", "id\n1\n");
    project.run("in");
    Files.setLastModifiedTime(file, java.nio.file.attribute.FileTime.fromMillis(1_000));
    assertThat(project.run("in").snapshotId()).isEmpty();
    Path moved = Files.move(file, folder.resolve("in/b.csv"));
    ImportResult result = project.run("in");
    assertThat(result.snapshotId()).isEmpty();
    assertThat(result.plan().moved()).containsExactly(moved.toString());
    assertThat(project.values("id")).containsExactly(1L);
  }

  @Test
  void rollbackMakesFilesTakeableAgainAndExpiryDoesNot() {
    project.write("a.csv", "id\n1\n");
    long first = project.run("a.csv").snapshotId().orElseThrow();
    project.write("b.csv", "id\n2\n");
    project.run("b.csv");
    project.table().manageSnapshots().rollbackTo(first).commit();
    assertThat(project.run("a.csv").snapshotId()).isEmpty();
    long again = project.run("b.csv").snapshotId().orElseThrow();
    assertThat(project.values("id")).containsExactlyInAnyOrder(1L, 2L);
    Table table = project.table();
    table
        .snapshots()
        .forEach(
            s -> {
              if (s.snapshotId() != again) {
                table.expireSnapshots().expireSnapshotId(s.snapshotId()).commit();
              }
            });
    assertThat(project.table().snapshots()).hasSize(1);
    assertThat(project.run("a.csv", "b.csv").snapshotId()).isEmpty();
    assertThat(project.values("id")).containsExactlyInAnyOrder(1L, 2L);
  }

  @Test
  void rollbackOfAReplacementBringsTheMemoryOfItsPredecessorsBack() {
    project.write("a.csv", "id\n1\n");
    long first = project.run("a.csv").snapshotId().orElseThrow();
    project.write("b.csv", "id\n2\n");
    project.run(project.request("b.csv").withMode(ImportMode.REPLACE));
    assertThat(project.values("id")).containsExactly(2L);
    project.table().manageSnapshots().rollbackTo(first).commit();
    assertThat(project.run("a.csv").snapshotId()).isEmpty();
    project.run("b.csv");
    assertThat(project.values("id")).containsExactlyInAnyOrder(1L, 2L);
  }

  @Test
  void replacementForgetsTheFilesOfReplacedRows() {
    project.write("a.csv", "id\n1\n");
    project.run("a.csv");
    project.write("b.csv", "id\n2\n");
    project.run(project.request("b.csv").withMode(ImportMode.REPLACE));
    project.run("a.csv");
    assertThat(project.values("id")).containsExactlyInAnyOrder(1L, 2L);
    assertThat(project.run("a.csv", "b.csv").snapshotId()).isEmpty();
  }

  @Test
  void appendOfSomebodyElseKeepsTheMemory() {
    project.write("a.csv", "id\n1\n");
    project.run("a.csv");
    Table table = project.table();
    GenericRecord row = GenericRecord.create(table.schema());
    row.setField("id", 9L);
    io.bergview.fixtures.RowFiles.append(table, List.of(row));
    assertThat(project.run("a.csv").snapshotId()).isEmpty();
    project.write("b.csv", "id\n2\n");
    project.run("a.csv", "b.csv");
    assertThat(project.values("id")).containsExactlyInAnyOrder(1L, 2L, 9L);
  }

  @Test
  void rowsOfTwoImportsAtOnceAreThereOnce() throws Exception {
    for (int i = 0; i < 4; i++) {
      project.write("in/" + i + ".csv", "id\n" + i + "\n");
    }
    CyclicBarrier start = new CyclicBarrier(2);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      List<Future<ImportResult>> results = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        results.add(
            threads.submit(
                () -> {
                  start.await();
                  return project.run("in");
                }));
      }
      long added = results.get(0).get().rowsAdded() + results.get(1).get().rowsAdded();
      assertThat(added).isEqualTo(4);
    } finally {
      threads.shutdownNow();
    }
    assertThat(project.values("id")).containsExactlyInAnyOrder(0L, 1L, 2L, 3L);
    assertThat(project.dataFiles())
        .hasSize(
            Integer.parseInt(project.table().currentSnapshot().summary().get("total-data-files")));
  }

  @Test
  void failedCommitLeavesNoFileBehind() {
    try (ImportProject faulty =
        ImportProject.create(
            folder.resolve("faulty"),
            """
            catalogs:
              lake:
                type: sqlite
                warehouse: warehouse
                io-impl: %s
                %s: 'fail create 1 metadata/.*\\.avro'
            settings: {memory-limit: 512MiB, threads: 2}
            """
                .formatted(FaultyFileIO.class.getName(), FaultyFileIO.PLAN))) {
      faulty.write("a.csv", "id\n1\n2\n");
      assertThatThrownBy(() -> faulty.run("a.csv")).hasStackTraceContaining("avro");
      assertThat(faulty.hasTable()).isFalse();
      assertThat(faulty.dataFiles()).isEmpty();
      faulty.run("a.csv");
      assertThat(faulty.values("id")).containsExactlyInAnyOrder(1L, 2L);
    }
  }

  @Test
  void summaryOfTheSnapshotNamesTheFiles() {
    Path file = project.write("a.csv", "id\n1\n");
    project.run("a.csv");
    assertThat(project.table().currentSnapshot().summary())
        .containsKey(TakenFiles.IMPORT_ID)
        .containsEntry("bergview.import-file-count", "1")
        .hasEntrySatisfying(
            "bergview.import-files",
            json ->
                assertThat(json)
                    .startsWith("[{\"path\":\"" + file + "\",\"size\":5,\"modified\":\"")
                    .endsWith(
                        "\",\"sha256\":\"7cde7fb64fd82bd152710cf238e017b9ab46c0592483edc067ba4f6c75fac108\"}]"));
  }
}
