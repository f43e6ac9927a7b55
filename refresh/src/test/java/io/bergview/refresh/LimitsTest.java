package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.catalog.Project;
import io.bergview.errors.BergviewException;
import io.bergview.errors.ErrorCode;
import io.bergview.fixtures.RowFiles;
import io.bergview.history.FailureJournal;
import io.bergview.refresh.run.Refresher;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Refreshes at their limits of memory, space and patience. */
class LimitsTest {
  private static final int ROOTS = 3_000;
  private static final int ELEMENTS = 300;

  @TempDir Path folder;

  /** A view of 900,000 rows of 100 characters, sorted: more than 90 MB from a small table. */
  private TestProject wide(String settings) {
    TestProject project = TestProject.create(folder, "settings: {threads: 2, " + settings + "}\n");
    project.createNamespace("shop");
    Schema schema =
        new Schema(
            Types.NestedField.required(1, "id", Types.LongType.get()),
            Types.NestedField.optional(2, "text", Types.StringType.get()),
            Types.NestedField.optional(
                3, "parts", Types.ListType.ofOptional(4, Types.IntegerType.get())));
    Table table = project.catalog().createTable(TableIdentifier.of("shop", "wide"), schema);
    Random random = new Random(7);
    List<Integer> parts = IntStream.range(0, ELEMENTS).boxed().collect(Collectors.toList());
    Collections.shuffle(parts, random);
    Iterable<Record> rows =
        LongStream.range(0, ROOTS)
                .<Record>mapToObj(
                    id ->
                        GenericRecord.create(schema)
                            .copy(Map.of("id", id, "text", text(random), "parts", parts)))
            ::iterator;
    RowFiles.append(table, rows);
    project.write("types/wide.yaml", "$type: Wide\n$table: shop.wide\n$id: id\n");
    project.define("Long", "$from: Wide\n$unnest: parts\n$sortBy: [parts, text]\n");
    return project;
  }

  private static String text(Random random) {
    return random
        .ints(100, 'a', 'z' + 1)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  @Test
  void resultLargerThanMemorySpillsAndSucceeds() {
    try (TestProject project = wide("memory-limit: 96MiB")) {
      assertThat(project.refresh("Long").rowsAdded()).isEqualTo(ROOTS * ELEMENTS);
      project.assertNothingIsSpilled();
    }
  }

  @Test
  void noSpaceToSpillFailsAndLeavesNothing() {
    try (TestProject project = wide("memory-limit: 96MiB, temp-limit: 1MiB")) {
      BergviewException failure = project.failure("Long");
      assertThat(failure.code()).isEqualTo(ErrorCode.OUT_OF_MEMORY);
      assertThat(failure).hasMessageContaining("temporary space");
      assertThat(project.tableOf("Long").currentSnapshot()).isNull();
      assertThat(project.dataFiles("Long")).isEmpty();
      project.assertNothingIsSpilled();
    }
  }

  @Test
  void cancelStopsARunningRefresh() {
    try (TestProject project = wide("memory-limit: 512MiB")) {
      Refresher[] running = new Refresher[1];
      Thread[] canceller = new Thread[1];
      PhaseHook during =
          PhaseHook.computing(
              () -> {
                canceller[0] =
                    new Thread(
                        () -> {
                          try {
                            Thread.sleep(100);
                          } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                          }
                          running[0].cancel();
                        });
                canceller[0].start();
              });
      running[0] = project.refresher(during);
      assertCancelled(project, running[0]);
      assertThat(canceller[0]).isNotNull();
    }
  }

  @Test
  void cancelJustBeforeTheCommitStopsItToo() {
    try (TestProject project = TestProject.create(folder, TestProject.SQLITE)) {
      SmallShop.filled(project);
      project.define("Long", SmallShop.ORDER_VIEW);
      Refresher[] running = new Refresher[1];
      running[0] = project.refresher(PhaseHook.committing(() -> running[0].cancel()));
      assertCancelled(project, running[0]);
    }
  }

  private void assertCancelled(TestProject project, Refresher refresher) {
    RefreshOutcome outcome = refresher.refresh(RefreshRequest.of("Long"));
    assertThat(outcome.failures())
        .extracting(failure -> failure.error().code())
        .containsExactly(ErrorCode.CANCELLED);
    assertThat(project.tableOf("Long").currentSnapshot()).isNull();
    assertThat(project.dataFiles("Long")).isEmpty();
    assertThat(
            new FailureJournal(Project.open(folder))
                .of("Long", project.tableOf("Long").uuid().toString(), 10))
        .isEmpty();
  }
}
