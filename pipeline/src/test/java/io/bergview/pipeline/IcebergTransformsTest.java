package io.bergview.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.apache.iceberg.transforms.Transform;
import org.apache.iceberg.transforms.Transforms;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Iceberg's own transforms are the oracle, over the years 1 to 9999. */
class IcebergTransformsTest {
  private static final long FIRST_DAY = LocalDate.of(1, 1, 1).toEpochDay();
  private static final long LAST_DAY = LocalDate.of(9999, 12, 31).toEpochDay();
  private static DuckDbSession session;

  @BeforeAll
  static void open() {
    session = DuckDbSession.open(SessionSettings.defaults().withThreads(1));
  }

  @AfterAll
  static void close() {
    session.close();
  }

  @Test
  void datesOfAllYears() {
    List<Integer> days =
        LongStream.concat(
                LongStream.of(FIRST_DAY, LAST_DAY, -1, 0, 1, -365, -366, 364, 365),
                new Random(3).longs(500, FIRST_DAY, LAST_DAY))
            .mapToObj(day -> (int) day)
            .toList();
    String date = "(DATE '1970-01-01' + v::INTEGER)";
    Type type = Types.DateType.get();
    for (Transform<Object, Integer> transform :
        List.<Transform<Object, Integer>>of(
            Transforms.year(), Transforms.month(), Transforms.bucket(16))) {
      check(transform, type, days, date, "%s");
    }
    check(Transforms.day(), type, days, date, "date_diff('day', DATE '1970-01-01', %s)");
  }

  @Test
  void timestampsOfAllYears() {
    long first = FIRST_DAY * ChronoUnit.DAYS.getDuration().toSeconds() * 1_000_000;
    long last = (LAST_DAY + 1) * ChronoUnit.DAYS.getDuration().toSeconds() * 1_000_000 - 1;
    List<Long> micros =
        LongStream.concat(
                LongStream.of(first, last, -1, 0, 1, -3_600_000_000L, -3_600_000_001L),
                new Random(5).longs(500, first, last))
            .boxed()
            .toList();
    for (Types.TimestampType type :
        List.of(Types.TimestampType.withoutZone(), Types.TimestampType.withZone())) {
      String moment =
          "CAST(make_timestamp(v) AS %s)"
              .formatted(type.shouldAdjustToUTC() ? "TIMESTAMPTZ" : "TIMESTAMP");
      for (Transform<Object, Integer> transform :
          List.<Transform<Object, Integer>>of(
              Transforms.year(), Transforms.month(), Transforms.hour(), Transforms.bucket(7))) {
        check(transform, type, micros, moment, "%s");
      }
      check(Transforms.day(), type, micros, moment, "date_diff('day', DATE '1970-01-01', %s)");
    }
  }

  @Test
  void numbersToTheirLimits() {
    List<Long> longs =
        LongStream.concat(
                LongStream.of(Long.MAX_VALUE, Long.MIN_VALUE + 1000, 0, -1, 1, 10, -10, -11),
                new Random(7).longs(500, Long.MIN_VALUE + 1000, Long.MAX_VALUE))
            .boxed()
            .toList();
    check(Transforms.truncate(10), Types.LongType.get(), longs, "v", "%s");
    check(Transforms.bucket(128), Types.LongType.get(), longs, "v", "%s");
    List<Integer> ints = longs.stream().map(value -> (int) (value >> 33)).toList();
    check(Transforms.truncate(7), Types.IntegerType.get(), ints, "v::INTEGER", "%s");
    check(Transforms.bucket(3), Types.IntegerType.get(), ints, "v::INTEGER", "%s");
    List<BigDecimal> decimals =
        longs.stream().map(value -> BigDecimal.valueOf(value / 10, 5)).toList();
    check(Transforms.bucket(11), Types.DecimalType.of(38, 5), decimals, "v::DECIMAL(38, 5)", "%s");
    List<Object> truncated =
        expected(Transforms.truncate(50), Types.DecimalType.of(38, 5), decimals);
    assertThat(
            actual(
                IcebergTransforms.sql(
                    Transforms.truncate(50), Types.DecimalType.of(38, 5), "v::DECIMAL(38, 5)"),
                decimals,
                Types.DecimalType.of(38, 5)))
        .isEqualTo(truncated);
  }

  @Test
  void aTransformOfAnotherTypeIsRefused() {
    assertThatThrownBy(
            () -> IcebergTransforms.sql(Transforms.bucket(3), Types.DoubleType.get(), "v"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () -> IcebergTransforms.sql(Transforms.truncate(3), Types.UUIDType.get(), "v"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static void check(
      Transform<?, ?> transform, Type type, List<?> values, String input, String result) {
    String sql = result.formatted(IcebergTransforms.sql(transform, type, input));
    List<Object> expected =
        expected(transform, type, values).stream()
            .map(value -> (Object) ((Number) value).longValue())
            .toList();
    assertThat(actual("CAST(" + sql + " AS BIGINT)", values, Types.LongType.get()))
        .as("%s of %s", transform, type)
        .isEqualTo(expected);
  }

  @SuppressWarnings("unchecked")
  private static List<Object> expected(Transform<?, ?> transform, Type type, List<?> values) {
    return values.stream()
        .map(value -> (Object) ((Transform<Object, Object>) transform).bind(type).apply(value))
        .toList();
  }

  private static List<Object> actual(String sql, List<?> values, Type type) {
    List<String> rows = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      rows.add("(" + i + ", " + values.get(i) + ")");
    }
    String query =
        "SELECT " + sql + " FROM (VALUES " + String.join(", ", rows) + ") AS t(i, v) ORDER BY i";
    return Rows.read(session.query(query), List.of(type)).stream().map(row -> row.get(0)).toList();
  }
}
