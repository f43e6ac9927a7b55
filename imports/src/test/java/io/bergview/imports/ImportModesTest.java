package io.bergview.imports;

import static io.bergview.imports.ImportProject.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.errors.BergviewException;
import io.bergview.fixtures.Compaction;
import io.bergview.fixtures.RowFiles;
import io.bergview.imports.options.ImportMode;
import io.bergview.imports.source.SourceFiles;
import io.bergview.imports.taken.FileChoice;
import io.bergview.imports.taken.TakenFiles;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotChanges;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What imports of each mode do to a table. */
class ImportModesTest {
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

  private void assertFails(ImportRequest request, String code, String... texts) {
    assertThatThrownBy(() -> project.run(request))
        .isInstanceOfSatisfying(
            BergviewException.class,
            e -> {
              assertThat(e.code().name()).isEqualTo(code);
              assertThat(e.getMessage() + e.details()).contains(texts);
            });
  }

  @Test
  void createRefusesATableThatIsThereAndAppendAddsToIt() {
    project.write("a.csv", "id\n1\n");
    ImportRequest create = project.request("a.csv").withMode(ImportMode.CREATE);
    project.run(create);
    project.write("b.csv", "id\n2\n");
    assertFails(project.request("b.csv").withMode(ImportMode.CREATE), "TABLE_EXISTS", "s.t");
    project.run("b.csv");
    assertThat(project.values("id")).containsExactlyInAnyOrder(1L, 2L);
  }

  @Test
  void replaceLeavesTheRowsOfTheNamedFilesOnly() {
    project.write("in/a.csv", "id\n1\n");
    project.write("in/b.csv", "id\n2\n");
    ImportRequest replace = project.request("in").withMode(ImportMode.REPLACE);
    project.run(replace);
    assertThat(project.run(replace).snapshotId()).isEmpty();
    project.run(project.request("in/a.csv").withMode(ImportMode.REPLACE));
    assertThat(project.values("id")).containsExactly(1L);
    project.write("c.csv", "id\n3\n");
    project.run("c.csv");
    project.run(project.request("in/a.csv").withMode(ImportMode.REPLACE));
    assertThat(project.values("id")).containsExactly(1L);
  }

  @Test
  void replaceReplacesAgainWhatSomebodyElseHasChangedSince() {
    project.write("a.csv", "id\n1\n");
    ImportRequest replace = project.request("a.csv").withMode(ImportMode.REPLACE);
    project.run(replace);
    append(9L);
    assertThat(project.run(replace).rowsRemoved()).isEqualTo(2);
    assertThat(project.values("id")).containsExactly(1L);
    assertThat(project.run(replace).snapshotId()).isEmpty();

    // Rows that another one rewrites are the same rows.
    Compaction.rewrite(project.table());
    assertThat(project.table().currentSnapshot().operation()).isEqualTo(DataOperations.REPLACE);
    assertThat(project.run(replace).snapshotId()).isEmpty();

    project.run(project.request("a.csv").takingAgain());
    project.run(replace);
    assertThat(project.values("id")).containsExactly(1L);
  }

  @Test
  void replaceTakesTheRowsOfATableThatOthersFilled() {
    project.write("a.csv", "id\n1\n");
    project.run("a.csv");
    append(9L);
    project.write("b.csv", "id\n2\n");
    project.run("b.csv");
    project.run(project.request("a.csv", "b.csv").withMode(ImportMode.REPLACE));
    assertThat(project.values("id")).containsExactlyInAnyOrder(1L, 2L);
  }

  private void append(long id) {
    Table table = project.table();
    GenericRecord row = GenericRecord.create(table.schema());
    row.setField("id", id);
    RowFiles.append(table, List.of(row));
  }

  @Test
  void filesAreReadOnceToSeeWhatIsToBeReplaced() {
    project.write("a.csv", "id\n1\n");
    project.write("b.csv", "id\n22\n");
    project.run(project.request("a.csv").withMode(ImportMode.REPLACE));
    SourceFiles files = SourceFiles.find(folder, List.of("a.csv", "b.csv"), Optional.empty());
    long[] read = {0};
    FileChoice choice =
        FileChoice.toReplace(
            TakenFiles.ofAllRows(project.table()), files.files(), bytes -> read[0] += bytes);
    assertThat(choice.taken()).hasSize(2);
    assertThat(read[0]).isEqualTo(5 + 6);
  }

  @Test
  void upsertTakesWhatAnEarlierFileSaidWordForWord() {
    project.write("a.csv", "id,state\n1,open\n");
    project.write("b.csv", "id,state\n1,closed\n");
    project.write("c.csv", "id,state\n1,open\n");
    project.run(project.upsert("a.csv"));
    project.run(project.upsert("b.csv"));
    project.run(project.upsert("c.csv"));
    assertThat(project.rows()).containsExactly(row("id", 1L, "state", "open"));
  }

  @Test
  void upsertLeavesUnchangedRowsAndViewsOverTheTableAreMerged() {
    project.write("a.csv", "id,g,x\n1,a,10\n2,b,20\n3,a,30\n");
    project.run(project.upsert("a.csv"));
    project.write("types/T.yaml", "$type: T\n$table: s.t\n$id: id\n");
    project.define("Sums", "$type: Sums\n$from: T\n$groupBy: [g]\n$compute: {total: {$sum: x}}\n");
    project.refresh("Sums");

    project.write("b.csv", "id,g,x\n1,a,10\n2,b,25\n4,c,40\n");
    ImportResult result = project.run(project.upsert("b.csv"));
    assertThat(result.rowsAdded()).isEqualTo(2);
    assertThat(result.rowsRemoved()).isEqualTo(1);
    assertThat(project.rows())
        .containsExactlyInAnyOrder(
            row("id", 1L, "g", "a", "x", 10L),
            row("id", 2L, "g", "b", "x", 25L),
            row("id", 3L, "g", "a", "x", 30L),
            row("id", 4L, "g", "c", "x", 40L));
    assertThat(project.refresh("Sums").kind().toString()).isEqualToIgnoringCase("merge");
    assertThat(project.viewRows("Sums"))
        .extracting(r -> r.get("g") + "=" + r.get("total"))
        .containsExactlyInAnyOrder("a=40", "b=25", "c=40");

    project.write("c.csv", "id,g,x\n3,a,30\n4,c,40\n");
    project.run(project.upsert("c.csv"));
    Table table = project.table();
    Snapshot last = table.currentSnapshot();
    SnapshotChanges changes = SnapshotChanges.builderFor(table).snapshot(last).build();
    assertThat(changes.addedDataFiles()).isEmpty();
    assertThat(changes.addedDeleteFiles()).isEmpty();
    assertThat(project.rows()).hasSize(4);
  }

  @Test
  void changedFileIsUpserted() {
    project.write("a.csv", "id,x\n1,10\n2,20\n");
    project.run(project.upsert("a.csv"));
    project.write("a.csv", "id,x\n1,11\n2,20\n");
    project.run(project.upsert("a.csv"));
    assertThat(project.rows())
        .containsExactlyInAnyOrder(row("id", 1L, "x", 11L), row("id", 2L, "x", 20L));
  }

  @Test
  void idThatIsNotUniqueIsRefusedWithThreeExamples() {
    project.write("a.csv", "id,x\n1,a\n1,b\n2,a\n2,b\n3,a\n3,b\n4,a\n4,b\n5,a\n");
    for (ImportMode mode : List.of(ImportMode.CREATE, ImportMode.APPEND, ImportMode.UPSERT)) {
      assertThatThrownBy(
              () ->
                  project.run(
                      project.request("a.csv").withMode(mode).withOptions(ImportProject.key("id"))))
          .isInstanceOfSatisfying(
              BergviewException.class,
              e -> {
                assertThat(e.code().name()).isEqualTo("DUPLICATE_KEY");
                assertThat(e.details())
                    .containsExactly(
                        "id = 1 occurs 2 times in the files",
                        "id = 2 occurs 2 times in the files",
                        "id = 3 occurs 2 times in the files");
              });
      assertThat(project.hasTable()).isFalse();
      assertThat(project.dataFiles()).isEmpty();
    }
  }

  @Test
  void appendOfAKeyThatTheTableHasIsRefused() {
    project.write("a.csv", "id,x\n1,a\n2,b\n");
    project.run(project.request("a.csv").withOptions(ImportProject.key("id")));
    int before = project.dataFiles().size();
    project.write("b.csv", "id,x\n2,c\n3,d\n");
    assertFails(project.request("b.csv"), "DUPLICATE_KEY", "id = 2 is in the table already");
    assertThat(project.dataFiles()).hasSize(before);
  }

  @Test
  void keyThatIsNullIsRejected() {
    project.write("a.csv", "id,x\n1,a\n,b\n");
    assertFails(project.upsert("a.csv"), "IMPORT_ROWS_REJECTED", "a.csv:3", "id", "null");
    assertThat(project.hasTable()).isFalse();
    project.write("b.csv", "id,x\n1,a\n");
    project.run("b.csv");
    assertFails(project.upsert("a.csv"), "IMPORT_ROWS_REJECTED", "a.csv:3", "id", "null");
    assertThat(project.rows()).hasSize(1);
  }

  @Test
  void keyOfDoublesIsRefused() {
    project.write("a.csv", "id,x\n1.5,a\n2.5,b\n");
    assertFails(project.upsert("a.csv"), "USAGE", "id", "double");
    assertThat(project.hasTable()).isFalse();
  }

  @Test
  void tableIsPartitionedAndSortedAsSaid() {
    project.write("a.csv", "k,ts\n1,2026-01-01 10:00:00\n2,2026-01-01 11:00:00\n3,2026-02-01\n");
    project.run(
        project
            .request("a.csv")
            .withOptions(ImportProject.layout("day(ts), bucket(8, k)", "ts desc, k")));
    Table table = project.table();
    assertThat(table.spec().fields())
        .extracting(f -> f.transform().toString())
        .containsExactly("day", "bucket[8]");
    assertThat(table.sortOrder().fields()).hasSize(2);
    assertThat(project.values("k")).containsExactlyInAnyOrder(1L, 2L, 3L);
    assertThat(project.plan(project.request("a.csv")).partition())
        .isEqualTo("day(ts), bucket(8, k)");
    project.write("b.csv", "k,ts\n4,2026-01-01 10:00:00\n");
    assertFails(
        project.request("b.csv").withOptions(ImportProject.layout("month(ts)", null)),
        "USAGE",
        "day(ts)");
  }

  @Test
  void filesOfTwoKindsDoNotBecomeOneTable() {
    project.write("in/customers.csv", "id,name\n1,Ann\n");
    project.write("in/more.csv", "name,id\nBo,2\n");
    project.write("in/orders.csv", "id,total\n7,1.5\n");
    project.write("in/empty.csv", "");
    assertFails(
        project.request("in"),
        "IMPORT_COLUMNS_DIFFER",
        "customers.csv and 1 more, not in",
        "total: in",
        "--evolve");
    assertThat(project.hasTable()).isFalse();
    project.run(project.request("in").withOptions(ImportProject.evolving()));
    assertThat(project.rows())
        .containsExactlyInAnyOrder(
            row("id", 1L, "name", "Ann", "total", null),
            row("id", 2L, "name", "Bo", "total", null),
            row("id", 7L, "name", null, "total", 1.5));
  }

  @Test
  void columnsAreAddedByEvolutionOnly() {
    project.write("a.csv", "id\n1\n");
    project.run("a.csv");
    project.write("b.csv", "id,day\n2,2026-01-01\n");
    assertFails(project.request("b.csv"), "IMPORT_COLUMNS_DIFFER", "day: date", "--evolve");
    project.run(project.request("b.csv").withOptions(ImportProject.evolving()));
    assertThat(project.rows())
        .containsExactlyInAnyOrder(
            row("id", 1L, "day", null), row("id", 2L, "day", LocalDate.of(2026, 1, 1)));
  }

  @Test
  void typesAreWidenedByEvolutionOnly() {
    project.parquet("a.parquet", "SELECT 1::INTEGER AS id, 1.5::FLOAT AS x");
    project.run("a.parquet");
    project.parquet("b.parquet", "SELECT 3000000000::BIGINT AS id, 0.1::DOUBLE AS x");
    assertFails(
        project.request("b.parquet"),
        "IMPORT_COLUMNS_DIFFER",
        "id: long in the files, int in the table",
        "x: double in the files, float in the table");
    project.run(project.request("b.parquet").withOptions(ImportProject.evolving()));
    assertThat(project.rows())
        .containsExactlyInAnyOrder(row("id", 1L, "x", 1.5), row("id", 3_000_000_000L, "x", 0.1));
  }

  @Test
  void upsertThatLacksAColumnIsRefusedAndAppendLeavesItNull() {
    project.write("a.csv", "id,x,y\n1,a,b\n");
    project.run("a.csv");
    project.write("b.csv", "id,x\n1,c\n");
    assertFails(
        project.upsert("b.csv"), "IMPORT_COLUMNS_DIFFER", "y", "upsert would set it to null");
    project.run("b.csv");
    assertThat(project.rows())
        .containsExactlyInAnyOrder(
            row("id", 1L, "x", "a", "y", "b"), row("id", 1L, "x", "c", "y", null));
  }

  @Test
  void nullInARequiredColumnIsRejected() {
    Schema schema =
        new Schema(
            Types.NestedField.required(1, "id", Types.LongType.get()),
            Types.NestedField.required(2, "x", Types.IntegerType.get()));
    ((SupportsNamespaces) project.context().catalogs().catalog("lake"))
        .createNamespace(Namespace.of("s"));
    project.context().catalogs().catalog("lake").createTable(TableIdentifier.of("s", "t"), schema);
    project.write("a.csv", "id,x\n1,\n2,5\n");
    assertFails(project.request("a.csv"), "IMPORT_ROWS_REJECTED", "a.csv:2", "x", "null");
    assertThat(project.rows()).isEmpty();
  }
}
