package io.bergview.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.errors.DataException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class KernelFunctionsTest {
  private static final BigInteger LIMIT = BigInteger.TEN.pow(38);
  private static Kernel kernel;

  @BeforeAll
  static void open() {
    kernel = Kernel.open(KernelSettings.defaults().withThreads(1));
  }

  @AfterAll
  static void close() {
    kernel.close();
  }

  @Test
  void unscaledAndBackIsExactForEveryPrecisionAndScale() {
    Random random = new Random(7);
    for (int precision = 1; precision <= 38; precision++) {
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
  void divisionRoundsHalfUpAsBigDecimalDoes() {
    Random random = new Random(11);
    List<String> calls = new ArrayList<>();
    List<BigDecimal> expected = new ArrayList<>();
    while (calls.size() < 2000) {
      BigInteger unscaled = new BigInteger(random.nextInt(127), random);
      BigInteger count = new BigInteger(1 + random.nextInt(63), random).add(BigInteger.ONE);
      if (count.bitLength() > 63) {
        continue;
      }
      if (random.nextInt(4) == 0) { // A half, exactly or nearly.
        count = BigInteger.TWO.multiply(BigInteger.valueOf(1 + random.nextInt(50)));
        unscaled =
            count
                .multiply(BigInteger.valueOf(random.nextInt(1000)))
                .add(count.shiftRight(1))
                .add(BigInteger.valueOf(random.nextInt(3) - 1));
      }
      unscaled = random.nextBoolean() ? unscaled : unscaled.negate();
      int k = random.nextInt(6) - 1;
      BigDecimal quotient =
          new BigDecimal(unscaled)
              .scaleByPowerOfTen(k)
              .divide(new BigDecimal(count), 0, RoundingMode.HALF_UP);
      if (unscaled.abs().compareTo(LIMIT) >= 0
          || quotient.unscaledValue().abs().compareTo(LIMIT) >= 0) {
        continue;
      }
      calls.add("('%s'::HUGEINT, %s::BIGINT, %d)".formatted(unscaled, count, k));
      expected.add(quotient.setScale(0));
    }
    String sql =
        "SELECT bv_divide_half_up(u, n, k) FROM (VALUES "
            + String.join(", ", calls)
            + ") AS t(u, n, k)";
    List<Type> types = List.of(Types.DecimalType.of(38, 0));
    assertThat(Rows.read(kernel.query(sql), types).stream().map(row -> row.get(0)).toList())
        .isEqualTo(expected);
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

  private static Object one(String expression, Type type) {
    return Rows.read(kernel.query("SELECT " + expression), List.of(type)).get(0).get(0);
  }
}
