package io.bergview.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.fixtures.RowFiles;
import io.bergview.pipeline.CancelledException;
import io.bergview.query.QueryResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.LongStream;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Answers that do not fit into the session's memory, and answers that nobody waits for. */
class LargeResultTest {
  private static final Schema SCHEMA =
      new Schema(
          Types.NestedField.optional(1, "id", Types.LongType.get()),
          Types.NestedField.optional(2, "text", Types.StringType.get()));
  private static final long ROWS = 800_000;

  /** So long that the rows are 400 MB, twice what the session may use. */
  private static final String TEXT = "x".repeat(500);

  @TempDir Path folder;

  private Bergview project(long rows) {
    Bergview bergview =
        Projects.create(
            folder,
            "settings: {memory-limit: 200MiB, threads: 2}\n",
            Map.of("types/Line.yaml", "$type: Line\n$table: shop.lines\n$id: id\n"));
    ((SupportsNamespaces) bergview.catalog("lake")).createNamespace(Namespace.of("shop"));
    Table table = bergview.catalog("lake").createTable(TableIdentifier.of("shop", "lines"), SCHEMA);
    RowFiles.append(
        table, () -> LongStream.range(0, rows).mapToObj(LargeResultTest::row).iterator());
    return bergview;
  }

  private static Record row(long id) {
    Record row = GenericRecord.create(SCHEMA);
    row.setField("id", id);
    row.setField("text", TEXT + id);
    return row;
  }

  @Test
  @Tag("long")
  void rowsThatDoNotFitIntoMemoryComeAllTheSame() throws IOException {
    try (Bergview bergview = project(ROWS)) {
      try (QueryResult answer = bergview.find("Line").answer();
          ArrowReader batches = answer.batches()) {
        long rows = 0;
        while (batches.loadNextBatch()) {
          rows += batches.getVectorSchemaRoot().getRowCount();
        }
        assertThat(rows).isEqualTo(ROWS);
      }
      Path file = folder.resolve("lines.parquet");
      try (QueryResult answer = bergview.find("Line").answer()) {
        assertThat(answer.writeParquet(file)).isEqualTo(ROWS);
      }
      assertThat(Files.size(file)).isPositive();
    }
  }

  @Test
  void aCancelledProjectAnswersNothingMore() {
    try (Bergview bergview = project(10)) {
      try (QueryResult answer = bergview.find("Line").answer()) {
        bergview.cancel();
        assertThatThrownBy(answer::batches).isInstanceOf(CancelledException.class);
      }
      assertThatThrownBy(() -> bergview.find("Line").answer().close())
          .isInstanceOf(CancelledException.class);
    }
  }
}
