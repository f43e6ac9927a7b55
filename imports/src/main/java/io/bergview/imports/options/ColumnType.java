package io.bergview.imports.options;

import static java.util.Objects.requireNonNull;

import io.bergview.errors.ErrorCode;
import io.bergview.errors.UsageException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * The type of an imported column.
 *
 * @param format of texts that are dates or timestamps, in the letters of {@code strptime}; empty
 *     for ISO 8601
 */
public record ColumnType(Type type, Optional<String> format) {
  private static final Pattern FORMATTED =
      Pattern.compile("(?is)\\s*(date|timestamp|timestamptz)\\s*\\((.*%.*)\\)\\s*");
  private static final Pattern DECIMAL =
      Pattern.compile(
          "(?i)\\s*(?:decimal|numeric)\\s*\\(\\s*(\\d+)\\s*(?:,\\s*(\\d+)\\s*)?\\)\\s*");
  private static final int MOST_DIGITS = 38;

  /** Names of SQL beside those of Iceberg. */
  private static final Map<String, Type> NAMES =
      Map.ofEntries(
          Map.entry("boolean", Types.BooleanType.get()),
          Map.entry("bool", Types.BooleanType.get()),
          Map.entry("int", Types.IntegerType.get()),
          Map.entry("integer", Types.IntegerType.get()),
          Map.entry("long", Types.LongType.get()),
          Map.entry("bigint", Types.LongType.get()),
          Map.entry("float", Types.FloatType.get()),
          Map.entry("real", Types.FloatType.get()),
          Map.entry("double", Types.DoubleType.get()),
          Map.entry("date", Types.DateType.get()),
          Map.entry("time", Types.TimeType.get()),
          Map.entry("timestamp", Types.TimestampType.withoutZone()),
          Map.entry("timestamptz", Types.TimestampType.withZone()),
          Map.entry("string", Types.StringType.get()),
          Map.entry("varchar", Types.StringType.get()),
          Map.entry("text", Types.StringType.get()),
          Map.entry("uuid", Types.UUIDType.get()),
          Map.entry("binary", Types.BinaryType.get()));

  public ColumnType {
    requireNonNull(type, "type is null");
    requireNonNull(format, "format is null");
  }

  /** Without a format. */
  public static ColumnType of(Type type) {
    return new ColumnType(type, Optional.empty());
  }

  /**
   * Reads {@code decimal(12,2)}, {@code bigint}, {@code date(%d.%m.%Y)}.
   *
   * @throws UsageException {@code USAGE}
   */
  public static ColumnType parse(String text) {
    Matcher formatted = FORMATTED.matcher(text);
    if (formatted.matches()) {
      return new ColumnType(named(formatted.group(1)), Optional.of(formatted.group(2)));
    }
    Matcher decimal = DECIMAL.matcher(text);
    if (decimal.matches() && decimal.group(1).length() <= 2) {
      int precision = Integer.parseInt(decimal.group(1));
      int scale =
          decimal.group(2) == null || decimal.group(2).length() > 2
              ? decimal.group(2) == null ? 0 : MOST_DIGITS + 1
              : Integer.parseInt(decimal.group(2));
      if (precision < 1 || precision > MOST_DIGITS || scale > precision) {
        throw new UsageException(
            ErrorCode.USAGE,
            "'%s': a decimal has 1 to 38 digits, and no more after the point than in all"
                .formatted(text));
      }
      return of(Types.DecimalType.of(precision, scale));
    }
    return of(named(text));
  }

  private static Type named(String text) {
    Type type = NAMES.get(text.strip().toLowerCase(Locale.ROOT));
    if (type == null) {
      throw new UsageException(
          ErrorCode.USAGE,
          "'%s' is no type of a column; there are boolean, int, long, float, double, decimal(P,S), date, time, timestamp, timestamptz, string, uuid, binary, and date(FORMAT), timestamp(FORMAT) with a format such as %%d.%%m.%%Y"
              .formatted(text));
    }
    return type;
  }

  @Override
  public String toString() {
    return format.map(pattern -> type + "(" + pattern + ")").orElse(type.toString());
  }
}
