package io.bergview.interop;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.imports.ImportRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Parquet files that Spark has written, in each of its forms: the rows that Spark reads in the
 * files are those that it, and Iceberg's own reader, find in the table that is made of them.
 */
@Tag("long")
class SparkParquetImportTest {
  /** A row of nulls, the least and the greatest values, ordinary and odd ones, empty ones. */
  private static final String EVERY_TYPE =
      """
      SELECT 0 AS id, CAST(NULL AS BOOLEAN) AS a_bool, CAST(NULL AS TINYINT) AS a_tiny, CAST(NULL AS SMALLINT) AS a_small,
        CAST(NULL AS INT) AS an_int, CAST(NULL AS BIGINT) AS a_long, CAST(NULL AS FLOAT) AS a_float, CAST(NULL AS DOUBLE) AS a_double,
        CAST(NULL AS DECIMAL(9,2)) AS a_dec9, CAST(NULL AS DECIMAL(18,6)) AS a_dec18, CAST(NULL AS DECIMAL(38,10)) AS a_dec38,
        CAST(NULL AS DATE) AS a_date, CAST(NULL AS TIMESTAMP) AS an_instant, CAST(NULL AS TIMESTAMP_NTZ) AS a_local,
        CAST(NULL AS STRING) AS a_string, CAST(NULL AS BINARY) AS a_binary
      UNION ALL SELECT 1, false, -128, -32768, -2147483648, CAST('-9223372036854775808' AS BIGINT), CAST('-Infinity' AS FLOAT),
        CAST('-Infinity' AS DOUBLE), -9999999.99BD, -999999999999.999999BD, -9999999999999999999999999999.9999999999BD,
        DATE '0001-01-01', TIMESTAMP '0001-01-01 00:00:00', TIMESTAMP_NTZ '0001-01-01 00:00:00', '', X''
      UNION ALL SELECT 2, true, 127, 32767, 2147483647, 9223372036854775807, CAST('Infinity' AS FLOAT),
        CAST('Infinity' AS DOUBLE), 9999999.99BD, 999999999999.999999BD, 9999999999999999999999999999.9999999999BD,
        DATE '9999-12-31', TIMESTAMP '9999-12-31 23:59:59.999', TIMESTAMP_NTZ '9999-12-31 23:59:59.999999', 'e\\u0301 \\u4f60 \\U0001F381 \\0', X'00FF7F80'
      UNION ALL SELECT 3, true, -1, -1, -7, 9007199254740993, CAST('NaN' AS FLOAT), CAST('NaN' AS DOUBLE), -0.01BD, 0.000001BD,
        3.1415926536BD, DATE '1582-10-04', TIMESTAMP '1582-10-04 23:59:59.999', TIMESTAMP_NTZ '1582-10-14 00:00:00', ' it''s "x"\\n', X'00'
      UNION ALL SELECT 4, true, 0, 0, 0, 0, -0.0F, -0.0D, 0.00BD, 0BD, 0BD, make_date(12345, 6, 7), TIMESTAMP '1969-12-31 23:59:59.001',
        TIMESTAMP_NTZ '1969-12-31 23:59:59.999999', 'null', X'6E'
      UNION ALL SELECT 5, true, 1, 2, 3, 4, 1.1F, 0.1D, 1.25BD, 1BD, 1BD, DATE '1582-10-15', TIMESTAMP '2262-04-12 00:00:00',
        TIMESTAMP_NTZ '1677-09-20 00:00:00', 'x', X'6E'
      UNION ALL SELECT 6, true, 1, 2, 3, 4, 1.1F, 0.1D, 1.25BD, 1BD, 1BD, DATE '1900-02-28', TIMESTAMP '2026-10-25 00:30:00.001',
        TIMESTAMP_NTZ '2026-03-29 02:30:00.000001', 'x', X'6E'
      """;

  /** What is nested in each other, of the columns of the rows above. */
  private static final String NESTED =
      """
      SELECT *,
        IF(id = 0, NULL, IF(id = 1, array(), array(an_int, NULL, 7))) AS ints,
        IF(id = 0, NULL, array(an_instant, NULL)) AS instants,
        IF(id = 0, NULL, array(a_dec38, a_dec38)) AS decimals,
        IF(id = 0, NULL, array(array(), NULL, array(a_string, NULL))) AS lists,
        IF(id = 0, NULL, named_struct('a', a_long, 'b', named_struct('at', an_instant, 'd', a_dec9, 'l', array(a_date)))) AS deep,
        IF(id = 0, NULL, IF(id = 1, map(), map('k', a_double, 'null', NULL))) AS doubles,
        IF(id = 0, NULL, IF(id = 2, array(), array(named_struct('x', a_small, 'y', map(id, array(a_binary))), NULL))) AS structs,
        IF(id = 0, NULL, map(id, array(named_struct('at', an_instant, 'z', a_local)))) AS by_id,
        IF(id = 0, NULL, array(named_struct('only', a_string))) AS singles
      FROM (%s)
      """
          .formatted(EVERY_TYPE);

  enum Form {
    OF_TODAY(Map.of()),
    MICROSECONDS_AND_ZSTD(
        Map.of(
            "spark.sql.parquet.outputTimestampType",
            "TIMESTAMP_MICROS",
            "spark.sql.parquet.compression.codec",
            "zstd")),
    MILLISECONDS_AND_GZIP(
        Map.of(
            "spark.sql.parquet.outputTimestampType",
            "TIMESTAMP_MILLIS",
            "spark.sql.parquet.compression.codec",
            "gzip")),
    LEGACY_WITH_INT96(
        Map.of(
            "spark.sql.parquet.outputTimestampType",
            "INT96",
            "spark.sql.parquet.writeLegacyFormat",
            "true",
            "parquet.enable.dictionary",
            "false"));

    private static final Map<String, String> DEFAULTS =
        Map.of(
            "spark.sql.parquet.outputTimestampType", "INT96",
            "spark.sql.parquet.compression.codec", "snappy",
            "spark.sql.parquet.writeLegacyFormat", "false",
            "parquet.enable.dictionary", "true");

    private final Map<String, String> settings;

    Form(Map<String, String> settings) {
      this.settings = settings;
    }

    void apply(Lake lake) {
      DEFAULTS.forEach((key, value) -> lake.spark("SET " + key + "=" + value));
      settings.forEach((key, value) -> lake.spark("SET " + key + "=" + value));
    }

    boolean staysInPlace() {
      return this == MICROSECONDS_AND_ZSTD || this == MILLISECONDS_AND_GZIP;
    }
  }

  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource
  void rowsAreThoseThatSparkReads(Form form) {
    try (Lake lake = Lake.create(folder, Map.of())) {
      form.apply(lake);
      ImportJudge judge = new ImportJudge(lake);
      judge.write("in", "SELECT /*+ REPARTITION(2, id) */ * FROM (%s)".formatted(NESTED));
      lake.run(lake.files("s.copied", "in"));
      judge.assertHolds("copied", judge.files("in"));
      ImportRequest inPlace = lake.files("s.placed", "in").stayingInPlace();
      if (form.staysInPlace()) {
        lake.run(inPlace);
        judge.assertHolds("placed", judge.files("in"));
      } else {
        assertThatThrownBy(() -> lake.run(inPlace)).hasMessageContaining("is INT96");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TIMESTAMP_MICROS", "INT96"})
  void valuesOfTheJulianCalendarAreRefused(String timestamps) {
    try (Lake lake = Lake.create(folder, Map.of())) {
      lake.spark("SET spark.sql.parquet.outputTimestampType=" + timestamps);
      lake.spark("SET spark.sql.parquet.datetimeRebaseModeInWrite=LEGACY");
      lake.spark("SET spark.sql.parquet.int96RebaseModeInWrite=LEGACY");
      ImportJudge judge = new ImportJudge(lake);
      judge.write("date", "SELECT 1 AS id, array(DATE '1582-10-04') AS c");
      judge.write(
          "instant", "SELECT 1 AS id, named_struct('x', TIMESTAMP '1500-01-01 00:00:00') AS c");
      for (String folder : List.of("date", "instant")) {
        for (boolean inPlace : new boolean[] {false, true}) {
          ImportRequest request = lake.files("s." + folder, folder);
          if (!inPlace || folder.equals("date") || !timestamps.equals("INT96")) {
            assertThatThrownBy(() -> lake.run(inPlace ? request.stayingInPlace() : request))
                .hasMessageContaining("Column c")
                .hasMessageContaining("Julian calendar");
          }
        }
      }
      judge.write(
          "modern",
          "SELECT 1 AS id, array(DATE '1582-10-15', NULL) AS d, TIMESTAMP '1900-01-01 00:00:00' AS"
              + " t UNION ALL SELECT 2, NULL, NULL");
      lake.run(lake.files("s.modern", "modern"));
      judge.assertHolds("modern", judge.files("modern"));
    }
  }
}
