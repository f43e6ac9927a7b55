package io.bergview.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.errors.DataException;
import io.bergview.imports.options.ColumnType;
import io.bergview.imports.options.ImportMode;
import io.bergview.imports.options.TableOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Files of hundreds and thousands of columns, which are converted together. */
class WideImportTest {
  /** A type, a text that it has, and one that it has not. */
  private record Sample(String type, String good, String bad) {}

  private static final List<Sample> SAMPLES =
      List.of(
          new Sample("boolean", "true", "yes!"),
          new Sample("int", "42", "3000000000"),
          new Sample("long", "-7", "1.5"),
          new Sample("float", "1.5", "1_0"),
          new Sample("double", "2.25", "1e999"),
          new Sample("decimal(9,2)", "12.50", "1.001"),
          new Sample("date", "2026-01-31", "2026-02-30"),
          new Sample("date(%d.%m.%Y)", "31.01.2026", "2026-01-31"),
          new Sample("time", "10:11:12", "25:00:00"),
          new Sample("timestamp", "2026-01-31 10:00:00", "2026-01-31 10:00:00Z"),
          new Sample("timestamptz", "2026-01-31T10:00:00+02:00", "2026-01-31 10:00:00"),
          new Sample("string", "it's, so", ""),
          new Sample("uuid", "6f1c0a4e-32f5-4c8e-9d0b-0d7a4b1b6a11", "6f1c"),
          new Sample("binary", "00ff", "0g"));

  @TempDir private Path folder;

  private ImportProject project;

  @BeforeEach
  void open() {
    project =
        ImportProject.create(
            folder,
            "catalogs:\n  lake: {type: sqlite, warehouse: warehouse, local.sync: 'false'}\n"
                + "settings: {memory-limit: 1GiB, threads: 2}\n");
  }

  @AfterEach
  void close() {
    project.close();
  }

  private static Sample sample(int column) {
    return SAMPLES.get((column - 1) % SAMPLES.size());
  }

  private static String header(int columns) {
    return IntStream.range(0, columns)
        .mapToObj(i -> i == 0 ? "id" : "c" + i)
        .collect(Collectors.joining(","));
  }

  /** A row whose columns have what they are to have, but for one. */
  private static String row(int columns, @Nullable String id, int bad) {
    StringBuilder row = new StringBuilder(id == null ? "" : id);
    for (int i = 1; i < columns; i++) {
      Sample sample = sample(i);
      row.append(",\"").append(i == bad ? sample.bad() : sample.good()).append('"');
    }
    return row.toString();
  }

  private static TableOptions typed(int columns) {
    Map<String, ColumnType> types = new LinkedHashMap<>();
    for (int i = 1; i < columns; i++) {
      types.put("c" + i, ColumnType.parse(sample(i).type()));
    }
    return new TableOptions(types, List.of("id"), Optional.empty(), Optional.empty(), 2, false);
  }

  @Test
  void manyColumnsAreConvertedAsFewAre() {
    int few = SAMPLES.size() + 1;
    int many = 20 * SAMPLES.size() + 1;
    project.write("few.csv", header(few) + "\n" + row(few, "1", -1) + "\n2" + ",".repeat(few - 1));
    project.run(project.request("few.csv").withOptions(typed(few)));
    List<Map<String, @Nullable Object>> expected = project.rows();

    ImportRequest request = project.request("many.csv").withOptions(typed(many));
    ImportRequest wide =
        new ImportRequest(
            request.sources(),
            folder,
            "s.wide",
            request.mode(),
            request.format(),
            request.text(),
            request.options(),
            false,
            false,
            0,
            Optional.empty());
    project.write(
        "many.csv", header(many) + "\n" + row(many, "1", -1) + "\n2" + ",".repeat(many - 1));
    project.run(wide);
    assertThat(expected).hasSize(2);
    List<Map<String, @Nullable Object>> rows = project.rows("wide");
    assertThat(rows).hasSize(2);
    for (Map<String, @Nullable Object> row : rows) {
      Map<String, @Nullable Object> narrow =
          expected.stream().filter(r -> row.get("id").equals(r.get("id"))).findAny().orElseThrow();
      for (int i = 1; i < many; i++) {
        assertThat(row.get("c" + i))
            .as("c%d", i)
            .isEqualTo(narrow.get("c" + (1 + (i - 1) % SAMPLES.size())));
      }
    }
  }

  @Test
  void everyBadValueAmongManyColumnsIsReportedWithItsColumn() throws Exception {
    int columns = 20 * SAMPLES.size() + 1;
    List<String> lines = new ArrayList<>(List.of(header(columns), row(columns, "1", -1)));
    List<Integer> bad = new ArrayList<>();
    for (int i = columns - SAMPLES.size(); i < columns; i++) {
      if (!sample(i).type().equals("string")) {
        bad.add(i);
        lines.add(row(columns, Integer.toString(i), i));
      }
    }
    lines.add(row(columns, null, columns - 1));
    project.write("a.csv", String.join("\n", lines) + "\n");
    Path rejects = folder.resolve("rejects.json");
    project.run(
        project
            .request("a.csv")
            .withOptions(typed(columns))
            .rejecting(bad.size() + 1, Optional.of(rejects)));
    assertThat(project.values("id")).containsExactly(1L);
    List<String> reported = Files.readAllLines(rejects);
    assertThat(reported).hasSize(bad.size() + 1);
    for (int i = 0; i < bad.size(); i++) {
      int column = bad.get(i);
      assertThat(reported.get(i))
          .contains("\"line\":" + (i + 3) + ",")
          .contains("\"column\":\"c" + column + "\",\"text\":\"" + sample(column).bad() + "\"");
    }
    // Of two bad values in a row the first is named: the key is null.
    assertThat(reported.get(bad.size())).contains("\"column\":\"id\",\"text\":\"\"");
  }

  @Test
  void valuesOfManyParquetColumnsThatDoNotFitAreReportedWithTheirColumn() {
    int columns = 300;
    project.parquet(
        "a.parquet",
        IntStream.range(0, columns)
            .mapToObj(
                i ->
                    switch (i % 3) {
                      case 0 -> "%d::BIGINT AS c%d".formatted(i == 297 ? 1L << 40 : i, i);
                      case 1 -> "[%1$d, NULL] AS c%1$d".formatted(i);
                      default -> "{'x': %1$d} AS c%1$d".formatted(i);
                    })
            .collect(Collectors.joining(", ", "SELECT ", "")));
    Map<String, ColumnType> types = new LinkedHashMap<>();
    for (int i = 0; i < columns; i += 3) {
      types.put("c" + i, ColumnType.parse("int"));
    }
    ImportRequest request =
        project
            .request("a.parquet")
            .withOptions(
                new TableOptions(types, List.of(), Optional.empty(), Optional.empty(), 2, false));
    assertThatThrownBy(() -> project.run(request))
        .isInstanceOfSatisfying(
            DataException.class,
            e ->
                assertThat(e.details())
                    .singleElement()
                    .asString()
                    .endsWith("a.parquet:1: column c297: '1099511627776' is no int"));
    project.run("a.parquet");
    Map<String, @Nullable Object> row = project.rows().get(0);
    assertThat(row.get("c294")).isEqualTo(294L);
    assertThat(row.get("c298").toString()).isEqualTo("[298, null]");
    assertThat(row.get("c299").toString()).contains("299");
  }

  @Tag("long")
  @Test
  @Timeout(300)
  void tenThousandColumnsAreCreatedAppendedAndUpserted() {
    int columns = 10_000;
    ImportRequest create =
        project.request("a.csv").withMode(ImportMode.CREATE).withOptions(typed(columns));
    int last = columns - 1;
    String good = row(columns, "1", -1) + "\n";
    project.write("a.csv", header(columns) + "\n" + good + row(columns, "2", last) + "\n");
    assertThatThrownBy(() -> project.run(create))
        .isInstanceOfSatisfying(
            DataException.class,
            e ->
                assertThat(e.details())
                    .singleElement()
                    .asString()
                    .contains(
                        "a.csv:3: column c%d: '%s' is no ".formatted(last, sample(last).bad())));
    project.write("a.csv", header(columns) + "\n" + good + row(columns, "2", -1) + "\n");
    project.run(create);
    project.write("b.csv", header(columns) + "\n" + row(columns, "3", -1) + "\n");
    project.run("b.csv");
    String changed = row(columns, "2", -1).replaceAll("\"-7\"", "\"-8\"");
    project.write("c.csv", header(columns) + "\n" + changed + "\n" + row(columns, "4", -1) + "\n");
    ImportResult result = project.run(project.upsert("c.csv"));
    assertThat(result.rowsAdded()).isEqualTo(2);
    assertThat(project.rows())
        .extracting(row -> row.get("id") + ": " + row.get("c9985"))
        .containsExactlyInAnyOrder("1: -7", "2: -8", "3: -7", "4: -7");
  }
}
