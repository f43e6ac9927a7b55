package io.bergview.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.bergview.errors.BergviewException;
import io.bergview.errors.DataException;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.StorageException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class DuckDbSessionTest {
  @TempDir Path temp;

  private SessionSettings settings() {
    return SessionSettings.defaults().withTempDirectory(temp).withThreads(2);
  }

  @Test
  void valuesLeaveThroughArrowExactly() {
    try (DuckDbSession session = DuckDbSession.open(settings())) {
      List<List<Object>> rows =
          Rows.read(
              session.query(
                  "SELECT 1::INTEGER, 1.50::DECIMAL(38, 2), TIMESTAMPTZ '2024-03-10 02:30:00+01',"
                      + " DATE '0001-01-01', TIME '23:59:59.999999',"
                      + " '9e2f4c3a-0000-4000-8000-000000000001'::UUID, [1, NULL]::INTEGER[],"
                      + " MAP {'k': 1.5::DOUBLE}, {'a': NULL::VARCHAR, 'b': ''}, NULL::INTEGER"),
              List.of(
                  Types.IntegerType.get(),
                  Types.DecimalType.of(38, 2),
                  Types.TimestampType.withZone(),
                  Types.DateType.get(),
                  Types.TimeType.get(),
                  Types.UUIDType.get(),
                  Types.ListType.ofOptional(1, Types.IntegerType.get()),
                  Types.MapType.ofOptional(2, 3, Types.StringType.get(), Types.DoubleType.get()),
                  Types.StructType.of(
                      Types.NestedField.optional(4, "a", Types.StringType.get()),
                      Types.NestedField.optional(5, "b", Types.StringType.get())),
                  Types.IntegerType.get()));
      Map<String, Object> struct = new LinkedHashMap<>();
      struct.put("a", null);
      struct.put("b", "");
      assertThat(rows)
          .containsExactly(
              Arrays.asList(
                  1,
                  new BigDecimal("1.50"),
                  OffsetDateTime.of(2024, 3, 10, 1, 30, 0, 0, ZoneOffset.UTC),
                  LocalDate.of(1, 1, 1),
                  LocalTime.of(23, 59, 59, 999_999_000),
                  UUID.fromString("9e2f4c3a-0000-4000-8000-000000000001"),
                  Arrays.asList(1, null),
                  Map.of("k", 1.5),
                  struct,
                  null));
    }
  }

  @Test
  void aStreamBecomesATable() {
    try (DuckDbSession session = DuckDbSession.open(settings())) {
      session.load("copy", session.query("SELECT range AS n FROM range(100000)"));
      assertThat(longs(session, "SELECT sum(n)::BIGINT FROM copy")).containsExactly(4999950000L);
      session.load("empty", session.query("SELECT range AS n FROM range(0)"));
      assertThat(longs(session, "SELECT count(*) FROM empty")).containsExactly(0L);
    }
  }

  @Test
  void failuresAreOurs() throws Exception {
    try (DuckDbSession session = DuckDbSession.open(settings())) {
      assertThat(code(session, "SELECT (9223372036854775807 + range) FROM range(5)"))
          .isEqualTo(ErrorCode.OVERFLOW);
      assertThat(code(session, "SELECT CAST(1000 + range AS TINYINT) FROM range(5)"))
          .isEqualTo(ErrorCode.OVERFLOW);
      assertThat(code(session, "SELECT CAST('x' || range AS INTEGER) FROM range(5)"))
          .isEqualTo(ErrorCode.VALUE_INVALID);
      assertThat(code(session, "SELECT * FROM read_parquet(['" + temp + "/gone.parquet'])"))
          .isEqualTo(ErrorCode.SOURCE_SNAPSHOT_EXPIRED);
      Files.writeString(temp.resolve("file"), "");
      assertThat(code(session, "COPY (SELECT 1) TO '" + temp + "/file/x.parquet'"))
          .isEqualTo(ErrorCode.STORAGE_FAILED);
      assertThat(code(session, "SELECT nonsense")).isEqualTo(ErrorCode.INTERNAL);
      DataException raised =
          catchThrowableOfType(
              DataException.class,
              () ->
                  session.execute(
                      "SELECT CASE WHEN range = 3 THEN bv_fail('DUPLICATE_KEY', 'Key ' || range ||"
                          + " ' twice') END FROM range(5)"));
      assertThat(raised.code()).isEqualTo(ErrorCode.DUPLICATE_KEY);
      assertThat(raised).hasMessage("Key 3 twice");
      assertThat(longs(session, "SELECT 1::BIGINT")).containsExactly(1L);
    }
  }

  @Test
  void aSortLargerThanMemorySpillsAndTooLittleSpaceIsOutOfMemory() throws Exception {
    String distinct =
        "SELECT count(*) FROM (SELECT DISTINCT repeat('x', 90) || range FROM range(3000000))";
    try (DuckDbSession session = DuckDbSession.open(settings().withMemoryLimitBytes(120L << 20))) {
      assertThat(longs(session, distinct)).containsExactly(3_000_000L);
    }
    try (DuckDbSession session =
        DuckDbSession.open(settings().withMemoryLimitBytes(120L << 20).withMaxTempBytes(1 << 20))) {
      assertThat(code(session, distinct)).isEqualTo(ErrorCode.OUT_OF_MEMORY);
    }
    try (Stream<Path> left = Files.list(temp)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  @Timeout(60)
  void cancelStopsWhatRunsAndWhatComes() throws Exception {
    try (DuckDbSession session = DuckDbSession.open(settings())) {
      CompletableFuture<Void> work =
          CompletableFuture.runAsync(
              () ->
                  session.execute(
                      "SELECT count(*) FROM range(100000000000) t(n) WHERE hash(n) = 1"));
      while (session.progress().isEmpty()) {
        TimeUnit.MILLISECONDS.sleep(5);
      }
      session.cancel();
      assertThatThrownBy(work::join).hasCauseInstanceOf(CancelledException.class);
      assertThatThrownBy(() -> session.execute("SELECT 1")).isInstanceOf(CancelledException.class);
    }
  }

  @Test
  void aFailingStreamKeepsItsCause() {
    try (DuckDbSession session = DuckDbSession.open(settings())) {
      assertThatThrownBy(
              () ->
                  session.load(
                      "copy", session.query("SELECT CAST('x' || range AS INTEGER) FROM range(9)")))
          .isInstanceOf(DataException.class)
          .hasMessageContaining("x0");
    }
  }

  @Test
  void sessionsOfOneProcessDoNotMeetAndLeaveNothing() throws Exception {
    try (DuckDbSession one = DuckDbSession.open(settings());
        DuckDbSession two = DuckDbSession.open(settings())) {
      one.execute("CREATE TABLE t AS SELECT 1::BIGINT AS n");
      two.execute("CREATE TABLE t AS SELECT 2::BIGINT AS n");
      Files.writeString(one.newScratchDirectory().resolve("x"), "x");
      assertThat(longs(one, "SELECT n FROM t")).containsExactly(1L);
      assertThat(longs(two, "SELECT n FROM t")).containsExactly(2L);
    }
    try (Stream<Path> left = Files.list(temp)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void settingsRefuseNonsense() {
    assertThatThrownBy(() -> settings().withThreads(0)).hasMessageContaining("threads");
    assertThatThrownBy(() -> settings().withMemoryLimitBytes(1)).hasMessageContaining("memory");
    assertThatThrownBy(
            () -> DuckDbSession.open(settings().withTempDirectory(Path.of("/proc/nowhere"))))
        .isInstanceOf(StorageException.class);
  }

  private static ErrorCode code(DuckDbSession session, String sql) {
    return catchThrowableOfType(BergviewException.class, () -> session.execute(sql)).code();
  }

  private static List<Long> longs(DuckDbSession session, String sql) {
    List<Type> types = List.of(Types.LongType.get());
    return Rows.read(session.query(sql), types).stream().map(row -> (Long) row.get(0)).toList();
  }
}
