package io.bergview.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.errors.DataException;
import io.bergview.errors.ErrorCode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DuckDbFunctionsTest {
  private static final BigInteger LIMIT = BigInteger.TEN.pow(38);
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
  void unscaledAndBackIsExactForEveryPrecisionAndScale() {
    Random random = new Random(7);
    for (int precision : new int[] {1, 2, 9, 10, 18, 19, 37, 38}) {
      for (int scale : new int[] {0, precision / 2, precision}) {
        Types.DecimalType type = Types.DecimalType.of(precision, scale);
        String sqlType = "DECIMAL(%d, %d)".formatted(precision, scale);
        for (BigInteger unscaled : unscaledValues(random, precision)) {
          BigDecimal value = new BigDecimal(unscaled, scale);
          String decimal = "CAST('%s' AS %s)".formatted(value.toPlainString(), sqlType);
          String back =
              "CAST(bv_decimal_text(bv_unscaled(%s), %d) AS %s)".formatted(decimal, scale, sqlType);
          assertThat(one(back, type)).isEqualTo(value);
          assertThat(one("bv_unscaled(" + decimal + ")", Types.DecimalType.of(38, 0)))
              .isEqualTo(new BigDecimal(unscaled));
        }
      }
    }
  }

  @Test
  void quotientsAreThoseOfBigDecimal() {
    Random random = new Random(13);
    for (int scale = 0; scale <= 12; scale += 3) {
      for (int to : new int[] {0, 6, 18}) {
        BigDecimal left = new BigDecimal(new BigInteger(60, random), scale).negate();
        BigDecimal right = new BigDecimal(new BigInteger(20, random).add(BigInteger.ONE), 2);
        String call = "bv_divide_%d_2_%d(%s, %s)".formatted(scale, to, left, right);
        assertThat(one(call, Types.DecimalType.of(38, to)))
            .isEqualTo(left.divide(right, to, RoundingMode.HALF_UP));
      }
    }
    assertThat(one("bv_divide_0_0_6(NULL, 1)", Types.DecimalType.of(38, 6))).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bv_divide_0_0_6(1, 0)",
        "CASE WHEN 0 = 0 THEN error('bergview:VALUE_INVALID:division by zero') END",
        "1 // 0",
        "CAST(1.5 AS DECIMAL(5, 1)) % CAST(0 AS DECIMAL(5, 1))"
      })
  void divisionByZeroIsAnInvalidValue(String division) {
    assertThatThrownBy(() -> one("CAST(" + division + " AS VARCHAR)", Types.StringType.get()))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("division by zero")
        .extracting(error -> ((DataException) error).code())
        .isEqualTo(ErrorCode.VALUE_INVALID);
  }

  @Test
  void aDecimalOfTooManyDigitsIsAnError() {
    assertThatThrownBy(
            () ->
                one(
                    "CAST(bv_decimal_text(1000::HUGEINT, 2) AS DECIMAL(3, 2))",
                    Types.DecimalType.of(3, 2)))
        .isInstanceOf(DataException.class);
    assertThatThrownBy(
            () ->
                one(
                    "CAST(bv_decimal_text(-" + LIMIT + "::HUGEINT, 38) AS DECIMAL(38, 38))",
                    Types.DecimalType.of(38, 38)))
        .isInstanceOf(DataException.class);
  }

  @Test
  void averagesAreThoseOfBigDecimal() {
    Random random = new Random(11);
    for (int from = 0; from <= 38; from++) {
      int to = Math.min(37, from + 4);
      List<String> calls = new ArrayList<>();
      List<@Nullable Object> expected = new ArrayList<>();
      while (calls.size() < 200) {
        BigInteger unscaled = new BigInteger(random.nextInt(127), random);
        long count = 1 + (random.nextLong() >>> (1 + random.nextInt(63)));
        if (random.nextInt(4) == 0) { // A half, exactly or nearly.
          count = 2L * (1 + random.nextInt(50));
          unscaled =
              BigInteger.valueOf(count * random.nextInt(1000) + count / 2 + random.nextInt(3) - 1);
        }
        BigDecimal sum = new BigDecimal(random.nextBoolean() ? unscaled : unscaled.negate(), from);
        BigDecimal average = sum.divide(BigDecimal.valueOf(count), to, RoundingMode.HALF_UP);
        if (count > 0 && sum.precision() <= 38 && average.precision() <= 38) {
          calls.add(
              "(CAST('%s' AS DECIMAL(38, %d)), %d)".formatted(sum.toPlainString(), from, count));
          expected.add(average);
        }
      }
      String sql =
          "SELECT bv_average_%d_%d(s, n) FROM (VALUES %s) AS t(s, n)"
              .formatted(from, to, String.join(", ", calls));
      assertThat(
              Rows.read(session.query(sql), List.of(Types.DecimalType.of(38, to))).stream()
                  .map(row -> row.get(0))
                  .toList())
          .isEqualTo(expected);
    }
  }

  @Test
  void theAverageOfNothingIsNull() {
    for (String call :
        List.of("(NULL, 3)", "(1.00, NULL)", "(1.00, 0)", "(CAST(NULL AS DECIMAL(10, 2)), 0)")) {
      assertThat(one("bv_average_2_6" + call, Types.DecimalType.of(38, 6))).isNull();
    }
  }

  @Test
  void anAverageOfTooManyDigitsIsAnOverflow() {
    String most = "CAST('" + LIMIT.subtract(BigInteger.ONE) + "' AS DECIMAL(38, 0))";
    assertThat(one("bv_average_0_4(" + most + ", 10000)", Types.DecimalType.of(38, 4)))
        .isEqualTo(new BigDecimal(LIMIT.subtract(BigInteger.ONE), 4));
    assertThatThrownBy(() -> one("bv_average_0_4(" + most + ", 1)", Types.DecimalType.of(38, 4)))
        .isInstanceOfSatisfying(
            DataException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.OVERFLOW))
        .hasMessageContaining("more than 38 digits");
  }

  @Test
  void functionsAreThereForEveryThreadAndNamesThatAreNoneOfOursAreLeftAlone() throws Exception {
    try (DuckDbSession fresh = DuckDbSession.open(SessionSettings.defaults())) {
      ExecutorService threads = Executors.newFixedThreadPool(4);
      try {
        List<Future<List<List<@Nullable Object>>>> results = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
          results.add(
              threads.submit(
                  () ->
                      Rows.read(
                          fresh.query(
                              "SELECT bv_unscaled(1.5), bv_average_1_5(1.5, 2), 'bv_average_99_99"
                                  + " bv_nothing'"),
                          List.of(
                              Types.DecimalType.of(38, 0),
                              Types.DecimalType.of(38, 5),
                              Types.StringType.get()))));
        }
        for (Future<List<List<@Nullable Object>>> result : results) {
          assertThat(result.get())
              .containsExactly(
                  List.of(
                      new BigDecimal(15),
                      new BigDecimal("0.75000"),
                      "bv_average_99_99 bv_nothing"));
        }
      } finally {
        threads.shutdownNow();
      }
    }
  }

  private static List<BigInteger> unscaledValues(Random random, int precision) {
    BigInteger limit = BigInteger.TEN.pow(precision);
    return List.of(
        BigInteger.ZERO,
        BigInteger.ONE.negate(),
        limit.subtract(BigInteger.ONE),
        limit.subtract(BigInteger.ONE).negate(),
        new BigInteger(130, random).mod(limit),
        new BigInteger(130, random).mod(limit).negate());
  }

  private static @Nullable Object one(String expression, Type type) {
    return Rows.read(session.query("SELECT " + expression), List.of(type)).get(0).get(0);
  }
}
