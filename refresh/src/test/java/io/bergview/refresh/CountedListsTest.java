package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.fixtures.RowFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code $count} counts of a list: its elements that are not null. */
class CountedListsTest {
  private static final Types.StructType LINE =
      Types.StructType.of(Types.NestedField.optional(10, "q", Types.IntegerType.get()));
  private static final Schema SCHEMA =
      new Schema(
          Types.NestedField.required(1, "id", Types.LongType.get()),
          Types.NestedField.optional(
              2, "tags", Types.ListType.ofOptional(11, Types.StringType.get())),
          Types.NestedField.optional(3, "lines", Types.ListType.ofOptional(12, LINE)));

  @TempDir Path folder;
  private TestProject project;

  @BeforeEach
  void open() {
    project = TestProject.create(folder, TestProject.SQLITE);
    project.createNamespace("f");
    project
        .catalog()
        .createTable(TableIdentifier.of("f", "things"), SCHEMA, PartitionSpec.unpartitioned());
    RowFiles.append(
        project.table("f", "things"),
        List.of(
            row(1, Arrays.asList("x", null, "x"), Arrays.asList(line(1), null, line(null))),
            row(2, List.of(), List.of()),
            row(3, null, null),
            row(4, Arrays.asList(null, null), Arrays.asList((Record) null))));
    project.write("types/thing.yaml", "$type: Thing\n$table: f.things\n$id: id\n");
  }

  @AfterEach
  void close() {
    project.close();
  }

  private static Record line(@Nullable Integer q) {
    Record line = GenericRecord.create(LINE);
    line.setField("q", q);
    return line;
  }

  private static Record row(long id, @Nullable List<?> tags, @Nullable List<?> lines) {
    Record row = GenericRecord.create(SCHEMA);
    row.setField("id", id);
    row.setField("tags", tags);
    row.setField("lines", lines);
    return row;
  }

  private List<List<@Nullable Object>> rowsOf(String definition) {
    project.define("V", definition);
    project.refreshFully("V");
    List<List<@Nullable Object>> rows = new ArrayList<>();
    project.contents("V").forEach(row -> rows.add(new ArrayList<>(row.values())));
    return rows;
  }

  @Test
  void elementsThatAreNotNullAreCountedOfEachRow() {
    assertThat(
            rowsOf(
                "$from: Thing\n"
                    + "$compute: {t: {$count: tags}, l: {$count: lines}, q: {$count: lines.q}}\n"
                    + "$select: [id, t, l, q]\n"))
        .containsExactlyInAnyOrder(
            Arrays.<Object>asList(1L, 2L, 2L, 1L),
            Arrays.<Object>asList(2L, 0L, 0L, 0L),
            Arrays.<Object>asList(3L, 0L, 0L, 0L),
            Arrays.<Object>asList(4L, 0L, 0L, 0L));
  }

  @Test
  void elementsThatAreNotNullAreCountedOfUnnestedRows() {
    assertThat(
            rowsOf(
                "$from: Thing\n"
                    + "$unnest: tags\n"
                    + "$groupBy: [id]\n"
                    + "$compute: {t: {$count: tags}, n: {$count: '*'}}\n"))
        .containsExactlyInAnyOrder(
            Arrays.<Object>asList(1L, 2L, 3L), Arrays.<Object>asList(4L, 0L, 2L));
    assertThat(
            rowsOf(
                "$from: Thing\n$unnest: {path: lines, keepEmpty: true}\n$groupBy: []\n"
                    + "$compute: {l: {$count: lines}, n: {$count: '*'}}\n"))
        .containsExactly(Arrays.<Object>asList(2L, 6L));
  }

  @Test
  void listThatIsNotUnnestedIsOneValueOfItsGroup() {
    assertThat(
            rowsOf(
                "$from: Thing\n$groupBy: []\n$compute: {t: {$count: tags}, l: {$count: lines}}\n"))
        .containsExactly(Arrays.<Object>asList(3L, 3L));
  }
}
