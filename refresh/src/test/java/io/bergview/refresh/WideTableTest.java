package io.bergview.refresh;

import static org.apache.iceberg.types.Types.NestedField.optional;
import static org.apache.iceberg.types.Types.NestedField.required;
import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.fixtures.RowDeletes;
import io.bergview.fixtures.RowFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables of hundreds of columns, whose statements are planned in another way than narrow ones. */
@Tag("long")
class WideTableTest {
  private static final int COLUMNS = 300;

  @TempDir Path folder;
  private TestProject project;
  private Table reads;
  private List<DataFile> written = List.of();

  @BeforeEach
  void open() {
    project = TestProject.create(folder, TestProject.SQLITE);
    List<Types.NestedField> fields = new ArrayList<>();
    fields.add(required(1, "id", Types.LongType.get()));
    for (int i = 1; i <= COLUMNS; i++) {
      fields.add(optional(1 + i, "d" + i, Types.DoubleType.get()));
    }
    project.createNamespace("plant");
    reads =
        project.catalog().createTable(TableIdentifier.of("plant", "readings"), new Schema(fields));
    project.write("types/Reading.yaml", "$type: Reading\n$table: plant.readings\n$id: id\n");
    written = RowFiles.append(reads, List.of(row(1, -0.0), row(2, 0.0), row(3, null)));
    project.define("All", "$projection: oltp\n$from: Reading\n");
    project.refresh("All");
  }

  @AfterEach
  void close() {
    project.close();
  }

  private static String sums() {
    StringBuilder sums = new StringBuilder();
    for (int i = 1; i <= COLUMNS; i++) {
      sums.append("s%1$d: {$sum: d%1$d}, ".formatted(i));
    }
    return sums.toString();
  }

  private Record row(long id, @Nullable Double value) {
    Record row = GenericRecord.create(reads.schema());
    row.setField("id", id);
    for (int i = 1; i <= COLUMNS; i++) {
      row.setField("d" + i, value);
    }
    return row;
  }

  private void update(long id, String column, @Nullable Double value) {
    reads.refresh();
    RowDeletes.update(
        reads,
        Expressions.equal("id", id),
        row -> {
          row.setField(column, value);
          return row;
        });
  }

  @Test
  void changeOfTheSignOfAZeroInOneOfManyColumnsIsFollowed() {
    update(1, "d277", 0.0);
    update(2, "d278", -0.0);
    RefreshResult result = project.refresh("All");
    assertThat(result.kind()).isEqualTo(RefreshKind.MERGE);
    assertThat(result.rowsRemoved()).isEqualTo(2);
    assertThat(result.rowsAdded()).isEqualTo(2);
    Map<String, @Nullable Object> first = only(1);
    Map<String, @Nullable Object> second = only(2);
    assertThat(bits(first, "d277")).isEqualTo(Double.doubleToRawLongBits(0.0));
    assertThat(bits(first, "d276")).isEqualTo(Double.doubleToRawLongBits(-0.0));
    assertThat(bits(second, "d278")).isEqualTo(Double.doubleToRawLongBits(-0.0));
    assertThat(bits(second, "d277")).isEqualTo(Double.doubleToRawLongBits(0.0));
    assertThat(only(3).get("d277")).isNull();
  }

  @Test
  void changeOfANullInOneOfManyColumnsIsFollowed() {
    project.define(
        "Totals", "$from: Reading\n$groupBy: []\n$compute: {" + sums() + "rows: {$count: '*'}}\n");
    project.refresh("Totals");
    update(3, "d300", 5.0);
    RefreshResult rows = project.refresh("All");
    assertThat(rows.kind()).isEqualTo(RefreshKind.MERGE);
    assertThat(rows.rowsAdded()).isEqualTo(1);
    assertThat(only(3)).containsEntry("d300", 5.0).containsEntry("d299", null);
    project.refresh("Totals");
    assertThat(project.contents("Totals").get(0))
        .containsEntry("s300", 5.0)
        .containsEntry("s299", 0.0)
        .containsEntry("rows", 3L);
  }

  @Test
  void rowsOfManyColumnsThatDidNotChangeAreNotRewritten() {
    update(1, "d1", -0.0);
    RefreshResult result = project.refresh("All");
    assertThat(result.rowsAdded()).isZero();
    assertThat(result.rowsRemoved()).isZero();
    assertThat(IntStream.rangeClosed(1, 3).mapToObj(this::only)).hasSize(3);
  }

  @Test
  void rewrittenFileOfManyColumnsChangesTheRowsThatChangedInIt() {
    Record changed = row(2, 0.0);
    changed.setField("d150", 7.0);
    OverwriteFiles rewrite = reads.newOverwrite();
    written.forEach(rewrite::deleteFile);
    RowFiles.write(reads, FileFormat.PARQUET, 1, List.of(row(1, -0.0), changed, row(3, null)))
        .forEach(rewrite::addFile);
    rewrite.commit();
    RefreshResult result = project.refresh("All");
    assertThat(result.kind()).isEqualTo(RefreshKind.MERGE);
    assertThat(result.message()).contains("Reading: at most 3 rows inserted, 3 rows deleted");
    assertThat(result.rowsRemoved()).isEqualTo(1);
    assertThat(result.rowsAdded()).isEqualTo(1);
    assertThat(only(2)).containsEntry("d150", 7.0).containsEntry("d151", 0.0);
    assertThat(bits(only(1), "d150")).isEqualTo(Double.doubleToRawLongBits(-0.0));
    assertThat(only(3).get("d150")).isNull();
  }

  @Test
  void aDeletedRowOfManyColumnsIsDeletedFromTheView() {
    RowDeletes.byPosition(reads, Expressions.equal("id", 2L));
    RefreshResult result = project.refresh("All");
    assertThat(result.kind()).isEqualTo(RefreshKind.MERGE);
    assertThat(result.rowsRemoved()).isEqualTo(1);
    assertThat(result.rowsAdded()).isZero();
    assertThat(project.contents("All")).extracting(row -> row.get("id")).containsOnly(1L, 3L);
  }

  @Test
  void rowsThatLeadToRowsOfManyColumnsAreFollowed() {
    Table notes =
        project
            .catalog()
            .createTable(
                TableIdentifier.of("plant", "notes"),
                new Schema(
                    required(1, "note", Types.LongType.get()),
                    optional(2, "reading", Types.LongType.get())));
    Record note = GenericRecord.create(notes.schema());
    note.setField("note", 10L);
    note.setField("reading", 2L);
    RowFiles.append(notes, List.of(note));
    project.write(
        "types/Note.yaml",
        "$type: Note\n$table: plant.notes\n$id: note\nof: '-> Reading'\n$keys: {of: reading}\n");
    project.define("Noted", "$projection: oltp\n$from: Note\n$expand: [of]\n");
    project.refresh("Noted");
    update(1, "d5", 1.0);
    RefreshResult none = project.refresh("Noted");
    assertThat(none.reason()).isEqualTo("NO_ROWS_CHANGED");
    update(2, "d5", 2.0);
    RefreshResult one = project.refresh("Noted");
    assertThat(one.rowsRemoved()).isEqualTo(1);
    assertThat(one.rowsAdded()).isEqualTo(1);
    assertThat(project.contents("Noted")).hasSize(1);
    assertThat(project.contents("Noted").get(0))
        .containsEntry("note", 10L)
        .containsEntry("of_d5", 2.0)
        .containsEntry("of_d6", 0.0);
  }

  private Map<String, @Nullable Object> only(long id) {
    List<Map<String, @Nullable Object>> rows =
        project.contents("All").stream()
            .filter(row -> Long.valueOf(id).equals(row.get("id")))
            .toList();
    assertThat(rows).hasSize(1);
    return rows.get(0);
  }

  private static long bits(Map<String, @Nullable Object> row, String column) {
    return Double.doubleToRawLongBits((Double) row.get(column));
  }
}
