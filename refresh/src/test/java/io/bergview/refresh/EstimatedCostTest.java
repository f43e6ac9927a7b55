package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.fixtures.RowDeletes;
import io.bergview.fixtures.RowFiles;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Changes that are large in metadata: copy-on-write of whole files for the sake of one row. */
class EstimatedCostTest {
  private static final Schema EVENTS =
      new Schema(
          Types.NestedField.required(1, "id", Types.LongType.get()),
          Types.NestedField.optional(2, "kind", Types.StringType.get()),
          Types.NestedField.optional(3, "value", Types.LongType.get()));
  private static final String KINDS =
      """
      $from: Event
      $groupBy: [kind]
      $compute: {n: {$count: '*'}, value: {$sum: value}}
      """;

  @TempDir Path folder;
  private TestProject project;
  private Table events;

  @BeforeEach
  void open() {
    project = TestProject.create(folder, TestProject.SQLITE);
    project.createNamespace("web");
    events =
        project.catalog().createTable(TableIdentifier.of(Namespace.of("web"), "events"), EVENTS);
    project.write("types/Event.yaml", "$type: Event\n$table: web.events\n$id: id\n");
  }

  @AfterEach
  void close() {
    project.close();
  }

  private static List<Record> rows(long count, long changed) {
    return LongStream.range(0, count)
        .mapToObj(
            id ->
                (Record)
                    GenericRecord.create(EVENTS)
                        .copy("id", id, "kind", "k" + id % 5, "value", id == changed ? -1 : id))
        .toList();
  }

  /** Writes the only file anew, with one other value in it. */
  private void rewriteForOneRow(List<DataFile> old, long count) {
    OverwriteFiles overwrite = events.newOverwrite();
    old.forEach(overwrite::deleteFile);
    RowFiles.write(events, FileFormat.PARQUET, 1, rows(count, 7)).forEach(overwrite::addFile);
    overwrite.commit();
  }

  private void define(String view, String refresh) {
    project.define(view, KINDS + "$refresh: " + refresh + "\n");
  }

  @Test
  void whatCostsMoreThanARecomputeIsRecomputedUnlessTheDefinitionSaysOtherwise() {
    List<DataFile> old = RowFiles.append(events, rows(60_000, -1));
    define("Auto", "{policy: auto}");
    define("Strict", "{policy: strict}");
    define("Told", "{maxDelta: 100%}");
    define("Twin", "{policy: full}");
    project.refresh(RefreshRequest.ofAll());
    rewriteForOneRow(old, 60_000);

    RefreshResult foretold = project.refresh(RefreshRequest.of("Auto").dry()).done().get(0);
    assertThat(foretold.reason()).isEqualTo("DELTA_TOO_LARGE");
    RefreshResult auto = project.refresh("Auto");
    assertThat(auto.kind()).isEqualTo(RefreshKind.FULL);
    assertThat(auto.message())
        .isEqualTo(foretold.message())
        .startsWith("A recompute is estimated to cost less than comparing 120,000 rows in ");
    for (String view : List.of("Strict", "Told")) {
      assertThat(project.refresh(view).kind()).as(view).isEqualTo(RefreshKind.MERGE);
    }
    project.refresh("Twin");
    for (String view : List.of("Auto", "Strict", "Told")) {
      assertThat(project.rows(view))
          .as(view)
          .usingElementComparator((one, other) -> one.toString().compareTo(other.toString()))
          .containsExactlyInAnyOrderElementsOf(project.rows("Twin"));
    }
  }

  @Test
  void whatIsComparedAsQuicklyAsCommittedIsFollowed() {
    List<DataFile> old = RowFiles.append(events, rows(30_000, -1));
    define("Auto", "{policy: auto}");
    project.refresh("Auto");
    rewriteForOneRow(old, 30_000);
    RefreshResult result = project.refresh("Auto");
    assertThat(result.kind()).isEqualTo(RefreshKind.MERGE);
    assertThat(result.rowsAdded()).isEqualTo(1);
  }

  /** A label changes, and whose events it is of is known to nobody before all of them are read. */
  @Test
  void changedLabelsOfManyRowsAreRecomputedUnlessTheDefinitionSaysOtherwise() {
    Schema labels =
        new Schema(
            Types.NestedField.required(1, "kind", Types.StringType.get()),
            Types.NestedField.optional(2, "label", Types.StringType.get()));
    Table kinds =
        project.catalog().createTable(TableIdentifier.of(Namespace.of("web"), "kinds"), labels);
    List<Record> rows =
        LongStream.range(0, 5)
            .mapToObj(
                n -> (Record) GenericRecord.create(labels).copy("kind", "k" + n, "label", "l"))
            .toList();
    RowFiles.append(kinds, rows);
    RowFiles.append(events, rows(120_000, -1));
    project.write("types/Kind.yaml", "$type: Kind\n$table: web.kinds\n$id: kind\n");
    project.write(
        "types/Event.yaml",
        "$type: Event\n$table: web.events\n$id: id\nof: '-> Kind'\n$keys: {of: kind}\n");
    String view = "$from: Event\n$groupBy: [of.label]\n$compute: {n: {$count: '*'}}\n$refresh: ";
    project.define("Labels", view + "{policy: auto}\n");
    project.define("Followed", view + "{policy: incremental}\n");
    project.refresh(RefreshRequest.ofAll());
    RowDeletes.update(kinds, Expressions.equal("kind", "k1"), row -> row.copy("label", "another"));

    RefreshResult auto = project.refresh("Labels");
    assertThat(auto.kind()).isEqualTo(RefreshKind.FULL);
    assertThat(auto.reason()).isEqualTo("DELTA_TOO_LARGE");
    assertThat(auto.message()).contains("finding the rows affected");
    assertThat(project.refresh("Followed").kind()).isEqualTo(RefreshKind.MERGE);
    assertThat(project.rows("Labels"))
        .hasSize(2)
        .usingElementComparator((one, other) -> one.toString().compareTo(other.toString()))
        .containsExactlyInAnyOrderElementsOf(project.rows("Followed"));
  }
}
