package io.bergview.imports;

import static io.bergview.imports.ImportProject.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.errors.DataException;
import io.bergview.fixtures.EveryType;
import io.bergview.fixtures.LiveRows;
import io.bergview.fixtures.RowContents;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.io.CloseableIterable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Parquet files whose rows are copied into a table. */
class ParquetImportTest {
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
  void everyTypeComesThroughUnchanged() throws Exception {
    Table source =
        EveryType.create(
            project.context().catalogs().catalog("lake"), TableIdentifier.of("o", "every"), 2);
    try (CloseableIterable<FileScanTask> tasks = source.newScan().planFiles()) {
      for (FileScanTask task : tasks) {
        Path file = Path.of(task.file().location().replaceFirst("^file:/*", "/"));
        Files.copy(file, folder.resolve("every.parquet"));
      }
    }
    project.run("every.parquet");
    assertThat(project.rows())
        .containsExactlyInAnyOrderElementsOf(
            RowContents.of(LiveRows.of(source)).stream()
                .map(ParquetImportTest::asDuckDbHasThem)
                .toList());
    Map<String, String> types = new LinkedHashMap<>();
    source.schema().columns().forEach(c -> types.put(c.name(), withoutIds(c.type().toString())));
    types.put("a_fixed", "binary");
    Map<String, String> found = new LinkedHashMap<>();
    project.types().forEach((name, type) -> found.put(name, withoutIds(type)));
    assertThat(found).isEqualTo(types);
  }

  private static String withoutIds(String type) {
    return type.replaceAll("\\b[0-9]+: ", "");
  }

  private static Map<String, @Nullable Object> asDuckDbHasThem(Map<String, @Nullable Object> row) {
    Map<String, @Nullable Object> changed = new LinkedHashMap<>(row);
    if (changed.get("a_fixed") instanceof byte[] bytes) {
      changed.put("a_fixed", ByteBuffer.wrap(bytes));
    }
    return changed;
  }

  @Test
  void unsignedIntegersAreWiderSignedOnes() {
    project.parquet(
        "u.parquet",
        "SELECT 255::UTINYINT AS a, 65535::USMALLINT AS b, 4294967295::UINTEGER AS c,"
            + " 18446744073709551615::UBIGINT AS d, (-128)::TINYINT AS e, [4294967295::UINTEGER] AS"
            + " f");
    project.run("u.parquet");
    assertThat(project.rows())
        .containsExactly(
            row(
                "a",
                255,
                "b",
                65535,
                "c",
                4294967295L,
                "d",
                new BigDecimal("18446744073709551615"),
                "e",
                -128,
                "f",
                List.of(4294967295L)));
  }

  @Test
  void nestedListsAndMapsComeThrough() {
    project.parquet(
        "n.parquet",
        "SELECT [[1, NULL], NULL, []] AS l, map {'k': [{'a': 1::BIGINT, 'b': NULL::VARCHAR}], 'e':"
            + " []} AS m, {'x': {'y': map {1: 'one'}}} AS s UNION ALL SELECT NULL, NULL, NULL");
    project.run("n.parquet");
    List<@Nullable Object> lists = new ArrayList<>();
    lists.add(java.util.Arrays.asList(1, null));
    lists.add(null);
    lists.add(List.of());
    assertThat(project.rows())
        .containsExactlyInAnyOrder(
            row(
                "l",
                lists,
                "m",
                Map.of("k", List.of(row("a", 1L, "b", null)), "e", List.of()),
                "s",
                row("x", row("y", Map.of(1, "one")))),
            row("l", null, "m", null, "s", null));
  }

  @Test
  void fileWithoutRowsMakesATableWithItsColumns() {
    project.parquet("z.parquet", "SELECT 1::BIGINT AS id, 'x' AS s WHERE false");
    ImportResult result = project.run("z.parquet");
    assertThat(result.rowsAdded()).isZero();
    assertThat(project.types()).isEqualTo(Map.of("id", "long", "s", "string"));
    assertThat(project.rows()).isEmpty();
    assertThat(project.run("z.parquet").snapshotId()).isEmpty();
  }

  @Test
  void columnsOfSeveralFilesAreWidenedAndMissingOnesAreNull() {
    project.parquet(
        "in/a.parquet", "SELECT 1::INTEGER AS id, 1.5::FLOAT AS f, 1.25::DECIMAL(5,2) AS d");
    project.parquet(
        "in/b.parquet",
        "SELECT 'x' AS s, 12345.67::DECIMAL(9,2) AS d, 0.1::DOUBLE AS f, 3000000000::BIGINT AS id");
    assertThatThrownBy(() -> project.run("in"))
        .isInstanceOfSatisfying(
            DataException.class,
            e -> {
              assertThat(e.code().name()).isEqualTo("IMPORT_COLUMNS_DIFFER");
              assertThat(e.details()).hasSize(1);
              assertThat(e.details().get(0)).matches("s: in .*b.parquet, not in .*a.parquet");
            });
    assertThat(project.hasTable()).isFalse();
    project.run(project.request("in").withOptions(ImportProject.evolving()));
    assertThat(project.rows())
        .containsExactlyInAnyOrder(
            row("id", 1L, "f", 1.5, "d", new BigDecimal("1.25"), "s", null),
            row("id", 3_000_000_000L, "f", 0.1, "d", new BigDecimal("12345.67"), "s", "x"));
  }

  @Test
  void columnsThatDoNotAgreeAreRefused() {
    project.parquet("in/a.parquet", "SELECT 1::INTEGER AS id, 1 AS x");
    project.parquet("in/b.parquet", "SELECT 2::INTEGER AS id, 'two' AS x");
    assertThatThrownBy(() -> project.run("in"))
        .isInstanceOfSatisfying(
            DataException.class,
            e -> assertThat(e.code().name()).isEqualTo("IMPORT_COLUMNS_DIFFER"))
        .hasMessageContaining("x is int")
        .hasMessageContaining("a.parquet")
        .hasMessageContaining("string")
        .hasMessageContaining("b.parquet");
    assertThat(project.hasTable()).isFalse();
  }

  @Test
  void columnThatAnotherFileHasInAnotherCaseIsRefused() {
    project.parquet("in/a.parquet", "SELECT 1 AS id, 'a' AS name");
    project.parquet("in/b.parquet", "SELECT 2 AS id, 'b' AS Name");
    assertThatThrownBy(() -> project.run("in"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("case only");
    assertThat(project.hasTable()).isFalse();
  }

  @Test
  void foldersAreColumns() {
    project.parquet("in/dt=2026-01-01/c=a%2Fb/x.parquet", "SELECT 1 AS id");
    project.parquet("in/dt=2026-01-02/c=__HIVE_DEFAULT_PARTITION__/x.parquet", "SELECT 2 AS id");
    project.parquet("in/dt=__HIVE_DEFAULT_PARTITION__/c=x y/x.parquet", "SELECT 3 AS id");
    project.run("in");
    assertThat(project.rows())
        .containsExactlyInAnyOrder(
            row("id", 1, "dt", LocalDate.of(2026, 1, 1), "c", "a/b"),
            row("id", 2, "dt", LocalDate.of(2026, 1, 2), "c", null),
            row("id", 3, "dt", null, "c", "x y"));
    assertThat(project.table().spec().fields()).hasSize(2);
  }

  @Test
  void equalFilesOfDifferentFoldersAreDifferentRows() {
    project.parquet("in/dt=2026-01-01/x.parquet", "SELECT 1 AS id");
    project.parquet("in/dt=2026-01-02/x.parquet", "SELECT 1 AS id");
    project.run("in");
    assertThat(project.values("dt"))
        .containsExactlyInAnyOrder(LocalDate.of(2026, 1, 1), LocalDate.of(2026, 1, 2));
    project.parquet("in/dt=2026-01-03/x.parquet", "SELECT 1 AS id");
    project.run("in");
    assertThat(project.rows()).hasSize(3);
    assertThat(project.run("in").snapshotId()).isEmpty();
  }

  private static final List<String> HOSTILE =
      List.of(
          "a b",
          "it's",
          "x.y",
          "übung",
          "filename",
          "file_row_number",
          "f",
          "l",
          "bad",
          "bad_text",
          "t0",
          "t1",
          "v0",
          "p0",
          "file",
          "select",
          "rowid",
          "-",
          "%2F",
          "file_index",
          "p",
          "r");

  @Test
  void namesOfColumnsDoNotMixWithThoseOfTheStatements() {
    hostile("in/a.parquet", 0);
    hostile("in/b.parquet", 1000);
    project.run("in");
    checkHostile(0, 1000);
  }

  @Test
  void namesOfColumnsDoNotMixWithThoseOfFolders() {
    hostile("in/day=1/a.parquet", 0);
    hostile("in/day=2/b.parquet", 1000);
    project.run("in");
    checkHostile(0, 1000);
    assertThat(project.values("day")).containsExactlyInAnyOrder(1L, 1L, 2L, 2L);
  }

  @Test
  void namesOfColumnsDoNotMixWithThoseOfRejectedRows() {
    hostile("in/a.parquet", 0);
    project.parquet("plain.parquet", "SELECT 1 AS l, 2 AS f UNION ALL SELECT 100, 3");
    assertThatThrownBy(
            () ->
                project.run(
                    project
                        .request("plain.parquet")
                        .withOptions(ImportProject.typed("l", "decimal(1,0)"))))
        .isInstanceOfSatisfying(
            DataException.class,
            e -> assertThat(e.details().toString()).contains("plain.parquet:2", "column l: '100'"));
    ImportRequest request = project.request("in");
    assertThatThrownBy(
            () -> project.run(request.withOptions(ImportProject.typed("l", "decimal(1,0)"))))
        .isInstanceOfSatisfying(
            DataException.class,
            e ->
                assertThat(e.details().toString())
                    .contains("a.parquet")
                    .contains("column l: '%d'".formatted(100 + HOSTILE.indexOf("l"))));
    project.run(request.withOptions(ImportProject.typed("l", "string")));
    assertThat(project.values("l")).containsExactlyInAnyOrder("7", "107").isNotNull();
  }

  private void hostile(String file, int from) {
    StringBuilder first = new StringBuilder();
    StringBuilder second = new StringBuilder();
    for (int i = 0; i < HOSTILE.size(); i++) {
      String name = HOSTILE.get(i).equals("l") ? "l" : HOSTILE.get(i);
      int value = HOSTILE.get(i).equals("l") ? 7 : i;
      first
          .append(i == 0 ? "" : ", ")
          .append(from + value)
          .append(" AS \"")
          .append(name)
          .append('"');
      second.append(i == 0 ? "" : ", ").append(from + 100 + i);
    }
    project.parquet(file, "SELECT " + first + " UNION ALL SELECT " + second);
  }

  private void checkHostile(int... froms) {
    for (int i = 0; i < HOSTILE.size(); i++) {
      List<@Nullable Object> expected = new ArrayList<>();
      for (int from : froms) {
        expected.add(from + (HOSTILE.get(i).equals("l") ? 7 : i));
        expected.add(from + 100 + i);
      }
      assertThat(project.values(HOSTILE.get(i)))
          .as(HOSTILE.get(i))
          .containsExactlyInAnyOrderElementsOf(expected);
    }
  }

  @Test
  void namesOfFilesThatLookLikePatternsNameThemselves() {
    project.parquet("in/a[1]*?{x}.parquet", "SELECT 1 AS id");
    project.parquet("in/a1.parquet", "SELECT 2 AS id");
    project.parquet("in/it's é.parquet", "SELECT 3 AS id");
    project.run("in/a[1]*?{x}.parquet", "in/it's é.parquet");
    assertThat(project.values("id")).containsExactlyInAnyOrder(1, 3);
  }

  @Test
  void fileThatIsNoParquetIsRefused() {
    project.write("a.parquet", "PAR1 not really");
    assertThatThrownBy(() -> project.run("a.parquet"))
        .isInstanceOfSatisfying(
            DataException.class,
            e -> assertThat(e.code().name()).isEqualTo("IMPORT_FILE_UNREADABLE"))
        .hasMessageContaining("a.parquet");
    assertThat(project.hasTable()).isFalse();
  }
}
