package io.bergview.pipeline.scan;

import static org.apache.iceberg.types.Types.NestedField.optional;
import static org.apache.iceberg.types.Types.NestedField.required;
import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.fixtures.RowFiles;
import io.bergview.fixtures.Warehouses;
import io.bergview.pipeline.cache.LocalFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files of a snapshot that was planned before are those that Iceberg would plan again. */
class PlannedSnapshotsTest {
  private static final Schema SCHEMA =
      new Schema(
          required(1, "id", Types.LongType.get()), optional(2, "name", Types.StringType.get()));
  private static final Expression NONE = Expressions.lessThan("id", -1L);

  @TempDir private Path folder;
  private final PlannedSnapshots planned = new PlannedSnapshots();
  private JdbcCatalog catalog;
  private Table table;

  @BeforeEach
  void open() {
    catalog = Warehouses.sqlite(folder);
    catalog.createNamespace(Namespace.of("h"));
    table =
        catalog.createTable(
            TableIdentifier.of("h", "t"),
            SCHEMA,
            PartitionSpec.builderFor(SCHEMA).bucket("name", 3).build());
    for (int i = 0; i < 5; i++) {
      append(i * 10L);
    }
  }

  @AfterEach
  void close() throws Exception {
    catalog.close();
  }

  private void append(long from) {
    List<Record> rows = new ArrayList<>();
    for (long id = from; id < from + 10; id++) {
      Record row = GenericRecord.create(SCHEMA);
      row.setField("id", id);
      row.setField("name", "n" + id);
      rows.add(row);
    }
    RowFiles.append(table, rows);
    table.refresh();
  }

  private OptionalLong current() {
    return OptionalLong.of(table.currentSnapshot().snapshotId());
  }

  private List<String> files(OptionalLong snapshot, Schema columns, Expression where) {
    return locations(planned.of(table, snapshot, columns).where(where));
  }

  private List<String> again(OptionalLong snapshot, Expression where) {
    return locations(SnapshotFiles.of(table, snapshot, where));
  }

  private static List<String> locations(List<FileScanTask> tasks) {
    return tasks.stream().map(task -> task.file().location()).sorted().toList();
  }

  @Test
  void filesAreThoseOfIcebergsOwnPlanning() {
    List<Expression> conditions =
        List.of(
            Expressions.alwaysTrue(),
            NONE,
            Expressions.equal("id", 17L),
            Expressions.in("id", 3L, 44L),
            Expressions.and(Expressions.greaterThan("id", 25L), Expressions.equal("name", "n31")),
            Expressions.equal("name", "n8"));
    for (int turn = 0; turn < 2; turn++) {
      for (Expression where : conditions) {
        assertThat(files(current(), SCHEMA, where))
            .as("turn %d of %s", turn, where)
            .isEqualTo(again(current(), where));
      }
    }
    assertThat(files(current(), SCHEMA, Expressions.equal("id", 17L))).hasSizeBetween(1, 3);
    assertThat(files(current(), SCHEMA, NONE)).isEmpty();
    assertThat(files(OptionalLong.empty(), SCHEMA, Expressions.alwaysTrue())).isEmpty();
  }

  @Test
  void eachSnapshotHasItsOwn() {
    OptionalLong before = current();
    int files = files(before, SCHEMA, Expressions.alwaysTrue()).size();
    append(50);
    assertThat(files(current(), SCHEMA, Expressions.alwaysTrue())).hasSizeGreaterThan(files);
    assertThat(files(before, SCHEMA, Expressions.alwaysTrue())).hasSize(files);
  }

  /** A column that has another name by now is found by its id. */
  @Test
  void columnsAreFoundUnderTheirNewNames() {
    assertThat(files(current(), SCHEMA, Expressions.equal("id", 17L))).isNotEmpty();
    table.updateSchema().renameColumn("id", "number").commit();
    Expression where = Expressions.equal("number", 17L);
    assertThat(files(current(), table.schema(), where)).isEqualTo(again(current(), where));
    assertThat(files(current(), table.schema(), where)).hasSizeBetween(1, 3);
  }

  /** Those who ask for other columns are answered without the manifests, which are gone here. */
  @Test
  void manifestsAreReadOnce() throws Exception {
    Expression one = Expressions.equal("id", 17L);
    List<String> first = files(current(), SCHEMA.select("id"), one);
    for (var manifest : table.currentSnapshot().allManifests(table.io())) {
      Files.delete(LocalFiles.inPlace(manifest.path()).orElseThrow());
    }
    assertThat(files(current(), SCHEMA.select("name"), one)).isEqualTo(first);
  }
}
