package io.bergview.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.imports.ImportRequest;
import io.bergview.imports.options.ColumnType;
import io.bergview.imports.options.ImportMode;
import io.bergview.imports.options.TableOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tables of every layout and history that an import can give them hold the rows that Spark reads in
 * the files, whoever reads them.
 */
@Tag("long")
class SparkReadsImportsTest {
  private static final String EVENTS =
      """
      SELECT CAST(id AS BIGINT) AS id, IF(id %% 7 = 0, NULL, CONCAT(CHAR(65 + id %% 26), ' \\u00fc-', id)) AS name,
        IF(id %% 11 = 0, NULL, TIMESTAMP '1969-12-30 23:59:59.999' + MAKE_INTERVAL(0, 0, 0, CAST(id %% 5 AS INT), CAST(id %% 24 AS INT))) AS at,
        CAST(id * 3 - 50 AS INT) AS n, IF(id %% 13 = 0, NULL, CAST(id - 40 AS DECIMAL(9,2)) / 4) AS price,
        DATE_SUB(DATE '1970-01-03', CAST(id %% 6 AS INT)) AS day
      FROM RANGE(%d, %d)
      """;

  @TempDir private Path folder;

  private Lake lake;
  private ImportJudge judge;

  @BeforeEach
  void open() {
    lake = Lake.create(folder, Map.of());
    lake.spark("SET spark.sql.parquet.outputTimestampType=TIMESTAMP_MICROS");
    judge = new ImportJudge(lake);
  }

  @AfterEach
  void close() {
    lake.close();
  }

  private static TableOptions options(
      List<String> id, String partition, String sort, int formatVersion, boolean evolve) {
    return new TableOptions(
        Map.of(),
        id,
        Optional.of(partition).filter(text -> !text.isEmpty()),
        Optional.of(sort).filter(text -> !text.isEmpty()),
        formatVersion,
        evolve);
  }

  private static TableOptions evolving() {
    return options(List.of(), "", "", 2, true);
  }

  @Test
  void foldersAreThePartitionsThatSparkReads() {
    judge.writePartitioned(
        "in",
        "c, d, n",
        """
        SELECT /*+ REPARTITION(1) */ id, c, d, CAST(id % 3 - 1 AS INT) AS n FROM VALUES
          (1, 'a/b', DATE '2026-01-01'), (2, 'x y', DATE '1582-10-04'), (3, 'p%20q', NULL), (4, 'a=b', DATE '9999-12-31'),
          (5, '09:30', DATE '2026-01-01'), (6, 'it''s', DATE '2026-01-02'), (7, '\\u00fcber \\U0001F381', DATE '2026-01-01'),
          (8, '', DATE '2026-01-01'), (9, NULL, DATE '2026-01-01'), (10, '{}[]*?', DATE '0001-01-01'), (11, '%', DATE '2026-01-01'),
          (12, '100%', DATE '2026-01-01'), (13, 'a+b', DATE '2026-01-01'), (14, '"q"', DATE '2026-01-01'), (15, 'back\\\\slash', DATE '2026-01-01')
          AS t(id, c, d)
        """);
    String files = "SELECT id, c, d, CAST(n AS BIGINT) AS n FROM (%s)".formatted(judge.files("in"));
    lake.run(lake.files("s.copied", "in"));
    judge.assertHolds("copied", files);
    lake.run(lake.files("s.placed", "in").stayingInPlace());
    judge.assertHolds("placed", files);
    for (String where :
        List.of("c = 'a/b'", "c IS NULL", "d = DATE '1582-10-04'", "n = -1", "c = 'p%20q'")) {
      judge.assertSame(
          "SELECT * FROM (%s) WHERE %s".formatted(files, where),
          "SELECT * FROM s.placed WHERE " + where);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "day(at), bucket(4, id)",
        "truncate(2, name), n",
        "hour(at), truncate(10, n)",
        "month(day), bucket(3, name)",
        "year(at), truncate(10, price)",
        "bucket(2, price), bucket(2, at), day"
      })
  void partitionsAndOrdersAreThoseThatSparkExpects(String partition) {
    judge.write("in", EVENTS.formatted(0, 120));
    lake.run(
        lake.files("s.t", "in")
            .withOptions(options(List.of(), partition, "at desc, name", 3, false)));
    judge.assertHolds("t", judge.files("in"));
    for (String where :
        List.of(
            "at >= TIMESTAMP '1970-01-01 00:00:00'",
            "at < TIMESTAMP '1970-01-01 00:00:00'",
            "at IS NULL",
            "id = 17",
            "name = 'C \u00fc-2'",
            "name LIKE 'D%'",
            "n BETWEEN -20 AND 5",
            "n = -47",
            "price = -2.25",
            "price > 3",
            "day = DATE '1969-12-31'")) {
      judge.assertSame(
          "SELECT * FROM (%s) WHERE %s".formatted(judge.files("in"), where),
          "SELECT * FROM s.t WHERE " + where);
    }
  }

  private static final String NARROW =
      "SELECT 1 AS id, CAST(1.5 AS FLOAT) AS f, CAST(1.25 AS DECIMAL(5,2)) AS d, named_struct('x',"
          + " 1) AS s";
  private static final String WIDE =
      "SELECT 3000000000 AS id, 0.1D AS f, CAST(12345.67 AS DECIMAL(9,2)) AS d, named_struct('x',"
          + " 2) AS s, array(named_struct('y', 'new')) AS added";
  private static final String BOTH =
      "SELECT CAST(id AS BIGINT) AS id, CAST(f AS DOUBLE) AS f, CAST(d AS DECIMAL(9,2)) AS d, s,"
          + " CAST(NULL AS ARRAY<STRUCT<y: STRING>>) AS added FROM (%s) UNION ALL SELECT * FROM"
          + " (%s)";

  @ParameterizedTest
  @ValueSource(strings = {"copied", "placed", "placed then copied", "copied then placed"})
  void evolvedTablesHoldOldAndNewFiles(String how) {
    judge.write("a", NARROW);
    judge.write("b", WIDE);
    ImportRequest first = lake.files("s.t", "a");
    ImportRequest second = lake.files("s.t", "b").withOptions(evolving());
    lake.run(how.startsWith("placed") ? first.stayingInPlace() : first);
    lake.run(how.endsWith("placed") ? second.stayingInPlace() : second);
    judge.assertHolds("t", BOTH.formatted(judge.files("a"), judge.files("b")));
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void upsertedTablesHoldTheNewestRows(int formatVersion) {
    judge.write("a", EVENTS.formatted(0, 600));
    judge.write(
        "b",
        "SELECT id, CONCAT('new ', name) AS name, at, n, price, day FROM (%s)"
            .formatted(EVENTS.formatted(595, 610)));
    TableOptions options = options(List.of("id"), "day(at)", "id", formatVersion, false);
    lake.run(lake.files("s.t", "a").withOptions(options));
    lake.run(lake.files("s.t", "b").withOptions(options).withMode(ImportMode.UPSERT));
    assertThat(lake.spark("SELECT * FROM s.t.delete_files").rows()).isNotEmpty();
    judge.assertHolds(
        "t",
        "SELECT * FROM (%s) WHERE id < 595 UNION ALL SELECT * FROM (%s)"
            .formatted(judge.files("a"), judge.files("b")));
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void filesInPlaceTakeUpserts(int formatVersion) {
    judge.write("a", EVENTS.formatted(0, 600));
    judge.write("b", EVENTS.formatted(597, 603).replace("* 3", "* 4"));
    TableOptions options = options(List.of("id"), "", "", formatVersion, false);
    lake.run(lake.files("s.t", "a").withOptions(options).stayingInPlace());
    lake.run(lake.files("s.t", "b").withOptions(options).withMode(ImportMode.UPSERT));
    judge.assertHolds(
        "t",
        "SELECT * FROM (%s) WHERE id < 597 UNION ALL SELECT * FROM (%s)"
            .formatted(judge.files("a"), judge.files("b")));
  }

  @Test
  void replacedTablesHoldTheNewRowsOnly() {
    judge.write("a", EVENTS.formatted(0, 60));
    judge.write("b", EVENTS.formatted(50, 70));
    lake.run(lake.files("s.t", "a"));
    lake.run(lake.files("s.t", "b").withMode(ImportMode.REPLACE));
    judge.assertHolds("t", judge.files("b"));
  }

  @Test
  void recordsOfCsvAreThoseThatSparkReads() throws IOException {
    Files.writeString(
        folder.resolve("a.csv"),
        "id,name,price,day,at,flag\r\n"
            + "1,\"a, \"\"b\"\"\",1.50,2026-01-31,2026-01-31 10:00:00.123456,true\r\n"
            + "2,\"two\n"
            + "lines\",-0.05,0001-01-01,1582-10-04 00:00:00,FALSE\r\n"
            + "3,,,,,\r\n"
            + "4,\u00fc \u4f60 \uD83C\uDF81,9999999999.99,9999-12-31,9999-12-31"
            + " 23:59:59.999999,true\r\n"
            + "5, spaces ,0,1969-12-31,1969-12-31 23:59:59,false\r\n");
    TableOptions options =
        new TableOptions(
            Map.of("price", ColumnType.parse("decimal(12,2)")),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            2,
            false);
    lake.run(lake.files("s.t", "a.csv").withOptions(options));
    judge.assertHolds(
        "t",
        judge.texts(
            "csv",
            "a.csv",
            "id BIGINT, name STRING, price DECIMAL(12,2), day DATE, at TIMESTAMP_NTZ, flag BOOLEAN",
            ", header 'true', multiLine 'true', escape '\"', lineSep '\\r\\n'"));
  }

  @Test
  void objectsOfNdjsonAreThoseThatSparkReads() throws IOException {
    Files.writeString(
        folder.resolve("a.ndjson"),
        """
        {"id": 1, "tags": ["a", null, "\\u00fc"], "at": "2026-01-01T10:00:00Z", "deep": {"x": 1, "l": [{"y": 1.5}]}, "f": 1e300}
        {"id": 9223372036854775807, "tags": [], "deep": {"x": null, "l": []}, "f": -0.0}
        {"id": -9223372036854775808, "tags": null, "at": "1582-10-04T00:00:00+02:00", "deep": null}
        {"id": 0, "deep": {"l": [null, {"y": 0.1}, {}]}}
        """);
    lake.run(lake.files("s.t", "a.ndjson"));
    judge.assertHolds(
        "t",
        judge.texts(
            "json",
            "a.ndjson",
            "id BIGINT, tags ARRAY<STRING>, at TIMESTAMP, deep STRUCT<x: BIGINT, l: ARRAY<STRUCT<y:"
                + " DOUBLE>>>, f DOUBLE",
            ""));
  }
}
