package io.bergview.spark.sql;

import io.bergview.projection.resolve.ClockUnits;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.time.zone.ZoneRules;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.api.java.UDF2;
import org.apache.spark.sql.types.DataTypes;
import org.jspecify.annotations.Nullable;

/**
 * The functions that the SQL of {@link SparkDialect} calls and Spark does not have. What they
 * compute with is part of their name; all of them give null where an argument is null.
 *
 * <ul>
 *   <li>{@code bv_add_<a>_<b>_<t>}, {@code bv_subtract_...}, {@code bv_multiply_...} of two
 *       decimals, exact, then rounded {@link RoundingMode#HALF_UP} to DECIMAL(38, t); {@code
 *       bv_divide_...} of the same, {@code VALUE_INVALID} where the divisor is zero. {@code
 *       OVERFLOW} where the result has more than 38 digits.
 *   <li>{@code bv_average_<s>_<t>(sum, n)}: a DECIMAL(38, s) divided by the BIGINT n, likewise;
 *       null where n is not positive.
 *   <li>{@code bv_decimal_<t>(double)}: a double as DECIMAL(38, t), as DuckDB casts it: its product
 *       with 10<sup>t</sup> in double, rounded {@link RoundingMode#HALF_UP}.
 *   <li>{@code bv_hour_<zone>(micros)}, {@code bv_minute_<zone>(micros)}: as {@link ClockUnits}
 *       says, both BIGINT microseconds since the epoch; the zone's id is in hexadecimal.
 *   <li>{@code bv_uuid(string)}: a UUID in its usual spelling; {@code VALUE_INVALID} if it is none.
 * </ul>
 */
public final class SparkUdfs {
  private static final Pattern NAME = Pattern.compile("\\bbv_[a-z0-9_]+(?=\\()");
  private static final Pattern AVERAGE = Pattern.compile("bv_average_\\d{1,2}_(\\d{1,2})");
  private static final Pattern ARITHMETIC =
      Pattern.compile("bv_(add|subtract|multiply|divide)_\\d{1,2}_\\d{1,2}_(\\d{1,2})");
  private static final Pattern OF_DOUBLE = Pattern.compile("bv_decimal_(\\d{1,2})");
  private static final Pattern CLOCK = Pattern.compile("bv_(hour|minute)_((?:[0-9a-f]{2})+)");
  private static final Pattern UUID_TEXT =
      Pattern.compile(
          "\\{?([0-9a-fA-F]{8})-?([0-9a-fA-F]{4})-?([0-9a-fA-F]{4})-?"
              + "([0-9a-fA-F]{4})-?([0-9a-fA-F]{12})}?");
  private static final int MOST_DIGITS = 38;
  private static final int HOUR = 3_600;
  private static final int MINUTE = 60;

  private SparkUdfs() {}

  /** Registers those functions that a statement calls and that the session does not have yet. */
  public static void register(SparkSession session, String sql) {
    Set<String> names = new LinkedHashSet<>();
    Matcher calls = NAME.matcher(sql);
    while (calls.find()) {
      names.add(calls.group());
    }
    for (String name : names) {
      if (!session.catalog().functionExists(name)) {
        registerNamed(session, name);
      }
    }
  }

  private static void registerNamed(SparkSession session, String name) {
    Matcher average = AVERAGE.matcher(name);
    Matcher arithmetic = ARITHMETIC.matcher(name);
    Matcher ofDouble = OF_DOUBLE.matcher(name);
    Matcher clock = CLOCK.matcher(name);
    if (average.matches()) {
      int scale = Integer.parseInt(average.group(1));
      session.udf().register(name, average(scale), decimal(scale));
    } else if (arithmetic.matches()) {
      int scale = Integer.parseInt(arithmetic.group(2));
      session.udf().register(name, arithmetic(arithmetic.group(1), scale), decimal(scale));
    } else if (ofDouble.matches()) {
      int scale = Integer.parseInt(ofDouble.group(1));
      session.udf().register(name, ofDouble(scale), decimal(scale));
    } else if (clock.matches()) {
      zone(clock.group(2))
          .ifPresent(
              zone ->
                  session.udf().register(name, clock(clock.group(1), zone), DataTypes.LongType));
    } else if (name.equals("bv_uuid")) {
      session.udf().register(name, uuid(), DataTypes.StringType);
    }
  }

  private static org.apache.spark.sql.types.DataType decimal(int scale) {
    return DataTypes.createDecimalType(MOST_DIGITS, scale);
  }

  private static UDF2<@Nullable BigDecimal, @Nullable Long, @Nullable BigDecimal> average(
      int scale) {
    return (sum, count) ->
        sum == null || count == null || count <= 0
            ? null
            : checked(
                "average", sum.divide(BigDecimal.valueOf(count), scale, RoundingMode.HALF_UP));
  }

  private static UDF2<@Nullable BigDecimal, @Nullable BigDecimal, @Nullable BigDecimal> arithmetic(
      String operation, int scale) {
    return (left, right) ->
        left == null || right == null
            ? null
            : checked("result", result(operation, left, right, scale));
  }

  private static BigDecimal result(String operation, BigDecimal left, BigDecimal right, int scale) {
    return switch (operation) {
      case "add" -> left.add(right).setScale(scale, RoundingMode.HALF_UP);
      case "subtract" -> left.subtract(right).setScale(scale, RoundingMode.HALF_UP);
      case "multiply" -> left.multiply(right).setScale(scale, RoundingMode.HALF_UP);
      default -> {
        if (right.signum() == 0) {
          throw new ArithmeticException("bergview:VALUE_INVALID:division by zero");
        }
        yield left.divide(right, scale, RoundingMode.HALF_UP);
      }
    };
  }

  private static BigDecimal checked(String what, BigDecimal value) {
    if (value.precision() > MOST_DIGITS) {
      throw new ArithmeticException(
          "bergview:OVERFLOW:the %s %s has more than %d digits"
              .formatted(what, value.toPlainString(), MOST_DIGITS));
    }
    return value;
  }

  private static UDF1<@Nullable Double, @Nullable BigDecimal> ofDouble(int scale) {
    double power = Double.parseDouble("1e" + scale);
    return value ->
        value == null ? null : checked("result", rounded(value * power).movePointLeft(scale));
  }

  private static BigDecimal rounded(double value) {
    if (!Double.isFinite(value)) {
      throw new ArithmeticException("bergview:OVERFLOW:" + value + " is no decimal");
    }
    return new BigDecimal(value).setScale(0, RoundingMode.HALF_UP);
  }

  private static Optional<ZoneRules> zone(String hexadecimal) {
    String id = new String(HexFormat.of().parseHex(hexadecimal), StandardCharsets.UTF_8);
    return ZoneId.getAvailableZoneIds().contains(id)
        ? Optional.of(ZoneId.of(id).getRules())
        : Optional.empty();
  }

  private static UDF1<@Nullable Long, @Nullable Long> clock(String unit, ZoneRules rules) {
    int seconds = unit.equals("hour") ? HOUR : MINUTE;
    return micros -> micros == null ? null : ClockUnits.start(micros, seconds, rules);
  }

  private static UDF1<@Nullable String, @Nullable String> uuid() {
    return value -> value == null ? null : spelled(value);
  }

  private static String spelled(String value) {
    Matcher parts = UUID_TEXT.matcher(value);
    if (!parts.matches()) {
      throw new IllegalArgumentException("bergview:VALUE_INVALID:'" + value + "' is no UUID");
    }
    return UUID.fromString(parts.replaceFirst("$1-$2-$3-$4-$5")).toString();
  }
}
