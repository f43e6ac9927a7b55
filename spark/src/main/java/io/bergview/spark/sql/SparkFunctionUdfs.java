package io.bergview.spark.sql;

import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.format.ResolverStyle;
import java.time.format.SignStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.api.java.UDF2;
import org.apache.spark.sql.api.java.UDF3;
import org.apache.spark.sql.types.DataTypes;
import org.jspecify.annotations.Nullable;

/** Functions that Spark does not have, or not with the values of DuckDB's. */
public final class SparkFunctionUdfs {
  private static final Map<String, Pattern> PATTERNS = new ConcurrentHashMap<>();
  private static final int MOST_PATTERNS = 1_000;
  private static final Pattern UUID = Pattern.compile("\\{?([0-9a-fA-F-]{32,36})}?");

  private SparkFunctionUdfs() {}

  /** Makes the functions known to a session; a session may be given again. */
  public static void register(SparkSession session) {
    var udf = session.udf();
    udf.register(
        "bv_lower",
        (UDF1<@Nullable String, @Nullable String>) SparkFunctionUdfs::lower,
        DataTypes.StringType);
    udf.register(
        "bv_upper",
        (UDF1<@Nullable String, @Nullable String>) SparkFunctionUdfs::upper,
        DataTypes.StringType);
    udf.register(
        "bv_uuid",
        (UDF1<@Nullable String, @Nullable String>) SparkFunctionUdfs::uuid,
        DataTypes.StringType);
    udf.register(
        "bv_try_uuid",
        (UDF1<@Nullable String, @Nullable String>) SparkFunctionUdfs::uuidOrNull,
        DataTypes.StringType);
    udf.register(
        "bv_trunc",
        (UDF1<@Nullable Double, @Nullable Double>) SparkFunctionUdfs::trunc,
        DataTypes.DoubleType);
    udf.register(
        "bv_asinh",
        (UDF1<@Nullable Double, @Nullable Double>) SparkFunctionUdfs::asinh,
        DataTypes.DoubleType);
    udf.register(
        "bv_acosh",
        (UDF1<@Nullable Double, @Nullable Double>) SparkFunctionUdfs::acosh,
        DataTypes.DoubleType);
    udf.register(
        "bv_gcd",
        (UDF2<@Nullable Long, @Nullable Long, @Nullable Long>) SparkFunctionUdfs::gcd,
        DataTypes.LongType);
    udf.register(
        "bv_lcm",
        (UDF2<@Nullable Long, @Nullable Long, @Nullable Long>) SparkFunctionUdfs::lcm,
        DataTypes.LongType);
    udf.register(
        "bv_shift_left",
        (UDF2<@Nullable Long, @Nullable Long, @Nullable Long>) SparkFunctionUdfs::shiftLeft,
        DataTypes.LongType);
    udf.register(
        "bv_strftime",
        (UDF2<@Nullable Long, @Nullable String, @Nullable String>) SparkFunctionUdfs::strftime,
        DataTypes.StringType);
    udf.register(
        "bv_strptime",
        (UDF2<@Nullable String, @Nullable String, @Nullable Long>) SparkFunctionUdfs::strptime,
        DataTypes.LongType);
    udf.register(
        "bv_utc_micros",
        (UDF2<@Nullable Long, @Nullable String, @Nullable Long>) SparkFunctionUdfs::utcMicros,
        DataTypes.LongType);
    udf.register(
        "bv_replace_first",
        (UDF3<@Nullable String, @Nullable String, @Nullable String, @Nullable String>)
            SparkFunctionUdfs::replaceFirst,
        DataTypes.StringType);
    udf.register(
        "bv_like",
        (UDF3<@Nullable String, @Nullable String, @Nullable String, @Nullable Boolean>)
            SparkFunctionUdfs::like,
        DataTypes.BooleanType);
  }

  /** Character by character, without regard to a language or to what is around it. */
  static @Nullable String lower(@Nullable String text) {
    return text == null
        ? null
        : text.codePoints()
            .map(Character::toLowerCase)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString();
  }

  /** Character by character; that of a sharp s is the capital one. */
  static @Nullable String upper(@Nullable String text) {
    return text == null
        ? null
        : text.codePoints()
            .map(c -> c == 'ß' ? 'ẞ' : Character.toUpperCase(c))
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString();
  }

  static @Nullable String uuidOrNull(@Nullable String text) {
    if (text == null || !UUID.matcher(text).matches()) {
      return null;
    }
    String digits = text.replaceAll("[{}-]", "").toLowerCase(Locale.ROOT);
    return digits.length() == 32
        ? digits.replaceFirst("(.{8})(.{4})(.{4})(.{4})(.{12})", "$1-$2-$3-$4-$5")
        : null;
  }

  static @Nullable String uuid(@Nullable String text) {
    String uuid = uuidOrNull(text);
    if (text != null && uuid == null) {
      throw new IllegalArgumentException("no uuid: " + text);
    }
    return uuid;
  }

  static @Nullable Double trunc(@Nullable Double value) {
    return value == null ? null : value < 0 ? Math.ceil(value) : Math.floor(value);
  }

  /** Precise near zero, and without overflow. */
  static @Nullable Double asinh(@Nullable Double value) {
    if (value == null || value == 0 || value.isInfinite()) {
      return value;
    }
    double size = Math.abs(value);
    double result =
        size > 1e150
            ? Math.log(size) + Math.log(2)
            : Math.log1p(size + size * size / (1 + Math.sqrt(size * size + 1)));
    return Math.copySign(result, value);
  }

  /** Without overflow. */
  static @Nullable Double acosh(@Nullable Double value) {
    if (value == null) {
      return null;
    }
    double above = value - 1;
    return value > 1e150
        ? Math.log(value) + Math.log(2)
        : Math.log1p(above + Math.sqrt(above * (value + 1)));
  }

  static @Nullable Long gcd(@Nullable Long left, @Nullable Long right) {
    return left == null || right == null
        ? null
        : BigInteger.valueOf(left).gcd(BigInteger.valueOf(right)).longValueExact();
  }

  static @Nullable Long lcm(@Nullable Long left, @Nullable Long right) {
    if (left == null || right == null) {
      return null;
    }
    if (left == 0 || right == 0) {
      return 0L;
    }
    BigInteger gcd = BigInteger.valueOf(left).gcd(BigInteger.valueOf(right));
    return BigInteger.valueOf(left)
        .divide(gcd)
        .multiply(BigInteger.valueOf(right))
        .abs()
        .longValueExact();
  }

  static @Nullable Long shiftLeft(@Nullable Long value, @Nullable Long by) {
    if (value == null || by == null) {
      return null;
    }
    if (value == 0 && by >= 0) {
      return 0L;
    }
    if (value < 0 || by < 0 || by >= 63 && value != 0 || value >> (63 - by) != 0) {
      throw new ArithmeticException("overflow in " + value + " << " + by);
    }
    return value << by;
  }

  private static LocalDateTime local(long micros) {
    return LocalDateTime.ofInstant(Instant.EPOCH.plus(micros, ChronoUnit.MICROS), ZoneOffset.UTC);
  }

  private static long micros(LocalDateTime time) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, time.toInstant(ZoneOffset.UTC));
  }

  static @Nullable String strftime(@Nullable Long micros, @Nullable String format) {
    if (micros == null || format == null) {
      return null;
    }
    LocalDateTime time = local(micros);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < format.length(); i++) {
      char c = format.charAt(i);
      if (c != '%' || i + 1 == format.length()) {
        text.append(c);
        continue;
      }
      char directive = format.charAt(++i);
      text.append(
          switch (directive) {
            case 'Y' -> number("%04d", time.getYear());
            case 'm' -> number("%02d", time.getMonthValue());
            case 'd' -> number("%02d", time.getDayOfMonth());
            case 'H' -> number("%02d", time.getHour());
            case 'M' -> number("%02d", time.getMinute());
            case 'S' -> number("%02d", time.getSecond());
            case 'j' -> number("%03d", time.getDayOfYear());
            case '%' -> "%";
            default -> throw new IllegalArgumentException("no directive %" + directive);
          });
    }
    return text.toString();
  }

  private static String number(String format, int number) {
    return String.format(Locale.ROOT, format, number);
  }

  /** Null where the text is not of the format. */
  static @Nullable Long strptime(@Nullable String text, @Nullable String format) {
    if (text == null || format == null) {
      return null;
    }
    try {
      return micros(LocalDateTime.parse(text.trim(), parser(format)));
    } catch (DateTimeParseException notOfTheFormat) {
      return null;
    }
  }

  private static DateTimeFormatter parser(String format) {
    DateTimeFormatterBuilder builder = new DateTimeFormatterBuilder();
    boolean ofYear = format.contains("%j");
    for (int i = 0; i < format.length(); i++) {
      char c = format.charAt(i);
      if (c != '%' || i + 1 == format.length()) {
        builder.appendLiteral(c);
        continue;
      }
      char directive = format.charAt(++i);
      switch (directive) {
        case 'Y' -> builder.appendValue(ChronoField.YEAR, 4);
        case 'm' -> builder.appendValue(ChronoField.MONTH_OF_YEAR, 1, 2, sign());
        case 'd' -> builder.appendValue(ChronoField.DAY_OF_MONTH, 1, 2, sign());
        case 'H' -> builder.appendValue(ChronoField.HOUR_OF_DAY, 1, 2, sign());
        case 'M' -> builder.appendValue(ChronoField.MINUTE_OF_HOUR, 1, 2, sign());
        case 'S' -> builder.appendValue(ChronoField.SECOND_OF_MINUTE, 1, 2, sign());
        case 'j' -> builder.appendValue(ChronoField.DAY_OF_YEAR, 1, 3, sign());
        case '%' -> builder.appendLiteral('%');
        default -> throw new IllegalArgumentException("no directive %" + directive);
      }
    }
    defaults(builder, format, "%Y", ChronoField.YEAR, 1900);
    if (!ofYear) {
      defaults(builder, format, "%m", ChronoField.MONTH_OF_YEAR, 1);
      defaults(builder, format, "%d", ChronoField.DAY_OF_MONTH, 1);
    }
    defaults(builder, format, "%H", ChronoField.HOUR_OF_DAY, 0);
    defaults(builder, format, "%M", ChronoField.MINUTE_OF_HOUR, 0);
    defaults(builder, format, "%S", ChronoField.SECOND_OF_MINUTE, 0);
    return builder.toFormatter(Locale.ROOT).withResolverStyle(ResolverStyle.STRICT);
  }

  private static SignStyle sign() {
    return SignStyle.NOT_NEGATIVE;
  }

  private static void defaults(
      DateTimeFormatterBuilder builder,
      String format,
      String directive,
      ChronoField field,
      int value) {
    if (!format.contains(directive)) {
      builder.parseDefaulting(field, value);
    }
  }

  /** The instant of a clock's time in a zone; of two, the later. */
  static @Nullable Long utcMicros(@Nullable Long micros, @Nullable String zone) {
    if (micros == null || zone == null) {
      return null;
    }
    LocalDateTime time = local(micros);
    try {
      List<ZoneOffset> offsets = ZoneId.of(zone).getRules().getValidOffsets(time);
      ZoneOffset offset =
          offsets.isEmpty()
              ? ZoneId.of(zone).getRules().getTransition(time).getOffsetBefore()
              : offsets.get(offsets.size() - 1);
      return micros - offset.getTotalSeconds() * 1_000_000L;
    } catch (DateTimeException noZone) {
      throw new IllegalArgumentException("no time zone: " + zone, noZone);
    }
  }

  private static Pattern pattern(String pattern) {
    if (PATTERNS.size() > MOST_PATTERNS) {
      PATTERNS.clear();
    }
    return PATTERNS.computeIfAbsent(pattern, Pattern::compile);
  }

  static @Nullable String replaceFirst(
      @Nullable String text, @Nullable String pattern, @Nullable String replacement) {
    return text == null || pattern == null || replacement == null
        ? null
        : pattern(pattern).matcher(text).replaceFirst(replacement);
  }

  static @Nullable Boolean like(
      @Nullable String text, @Nullable String pattern, @Nullable String escape) {
    if (text == null || pattern == null || escape == null) {
      return null;
    }
    if (escape.codePointCount(0, escape.length()) > 1) {
      throw new IllegalArgumentException("an escape of several characters: " + escape);
    }
    StringBuilder java = new StringBuilder("(?s)");
    int[] characters = pattern.codePoints().toArray();
    for (int i = 0; i < characters.length; i++) {
      int c = characters[i];
      boolean escaped = !escape.isEmpty() && c == escape.codePointAt(0);
      if (escaped && ++i == characters.length) {
        throw new IllegalArgumentException("a pattern ends with its escape: " + pattern);
      }
      java.append(
          !escaped && c == '%'
              ? ".*"
              : !escaped && c == '_' ? "." : Pattern.quote(Character.toString(characters[i])));
    }
    return pattern(java.toString()).matcher(text).matches();
  }
}
