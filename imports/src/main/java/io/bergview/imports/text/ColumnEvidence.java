package io.bergview.imports.text;

import io.bergview.imports.options.ColumnType;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * The texts of one column seen so far, as far as they decide its type: the narrowest of the types
 * that all of them have. Texts that a type would change are no values of it: whole numbers with
 * leading zeros or a plus, or of more digits than a decimal has, are strings.
 *
 * <p>A whole number is a long, never an int, since files to come may hold greater ones. A number
 * with a fraction is a double. Dates are recognised in ISO form, and in other forms where the
 * values leave no doubt about which number is the day.
 */
final class ColumnEvidence {
  private static final int BOOLEAN = 1;
  private static final int LONG = 1 << 1;
  private static final int LARGE = 1 << 2;
  private static final int DOUBLE = 1 << 3;
  private static final int DATE = 1 << 4;
  private static final int LOCAL = 1 << 5;
  private static final int ZONED = 1 << 6;
  private static final int DOTTED = 1 << 7;
  private static final int DAY_FIRST = 1 << 8;
  private static final int MONTH_FIRST = 1 << 9;
  private static final int COMMA = 1 << 10;
  private static final int ALL = (1 << 11) - 1;
  private static final int LONGEST_RECOGNISED = 64;
  private static final int LONG_DIGITS = 19;
  private static final int MOST_DIGITS = 38;

  private static final Pattern INTEGER = Pattern.compile("-?(0|[1-9][0-9]*)");
  private static final Pattern WHOLE = Pattern.compile("[+-]?[0-9]+");
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?((0|[1-9][0-9]*)(\\.[0-9]*)?|\\.[0-9]+)([eE][+-]?[0-9]{1,3})?");
  private static final Pattern COMMA_NUMBER =
      Pattern.compile("[+-]?([0-9]+|[0-9]{1,3}(\\.[0-9]{3})+),[0-9]+");
  private static final Pattern GROUPED = Pattern.compile("[+-]?[0-9]{1,3}(\\.[0-9]{3})+");
  private static final Pattern ISO_DATE = Pattern.compile("[0-9]{4}-([0-9]{2})-([0-9]{2})");
  private static final Pattern ISO_TIME =
      Pattern.compile(
          "[0-9]{4}-[0-9]{2}-[0-9]{2}["
              + " Tt][0-9]{2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]{1,6}0*)?)?(?<zone>[Zz]|[+-][0-9]{2}(:?[0-9]{2})?)?");
  private static final Pattern DOTTED_DATE =
      Pattern.compile("([0-9]{1,2})\\.([0-9]{1,2})\\.[0-9]{4}");
  private static final Pattern SLASHED_DATE = Pattern.compile("([0-9]{1,2})/([0-9]{1,2})/[0-9]{4}");

  private int possible = ALL;
  private long values;
  private int integerDigits;
  private int fractionDigits;
  private boolean exponent;

  /** Null says nothing. */
  void add(@Nullable String value) {
    if (value == null) {
      return;
    }
    values++;
    if (possible != 0) {
      String text = value.strip();
      possible &= text.isEmpty() || text.length() > LONGEST_RECOGNISED ? 0 : types(text);
    }
  }

  private int types(String text) {
    char first = text.charAt(0);
    boolean numeric =
        (first >= '0' && first <= '9') || first == '-' || first == '+' || first == '.';
    return numeric ? numberOrTime(text) : word(text);
  }

  private static int word(String text) {
    return switch (text.toLowerCase(java.util.Locale.ROOT)) {
      case "true", "false" -> BOOLEAN;
      case "nan", "inf", "infinity" -> DOUBLE | COMMA;
      default -> 0;
    };
  }

  private int numberOrTime(String text) {
    if (NUMBER.matcher(text).matches()) {
      return number(text);
    }
    if (COMMA_NUMBER.matcher(text).matches()) {
      return COMMA;
    }
    var iso = ISO_DATE.matcher(text);
    if (iso.matches()) {
      return isDay(iso.group(1), iso.group(2)) ? DATE | LOCAL : 0;
    }
    var time = ISO_TIME.matcher(text);
    if (time.matches()) {
      return time.group("zone") == null ? LOCAL : ZONED;
    }
    var dotted = DOTTED_DATE.matcher(text);
    if (dotted.matches()) {
      return isDay(dotted.group(2), dotted.group(1)) ? DOTTED : 0;
    }
    var slashed = SLASHED_DATE.matcher(text);
    if (slashed.matches()) {
      return (isDay(slashed.group(2), slashed.group(1)) ? DAY_FIRST : 0)
          | (isDay(slashed.group(1), slashed.group(2)) ? MONTH_FIRST : 0);
    }
    return text.equalsIgnoreCase("-inf") || text.equalsIgnoreCase("-infinity") ? DOUBLE | COMMA : 0;
  }

  private static boolean isDay(String month, String day) {
    int m = Integer.parseInt(month);
    int d = Integer.parseInt(day);
    return m >= 1 && m <= 12 && d >= 1 && d <= 31;
  }

  private int number(String text) {
    int from = text.charAt(0) == '-' || text.charAt(0) == '+' ? 1 : 0;
    int end = text.length();
    int e = Math.max(text.indexOf('e'), text.indexOf('E'));
    if (e >= 0) {
      exponent = true;
      end = e;
    }
    int point = text.indexOf('.');
    integerDigits = Math.max(integerDigits, (point < 0 ? end : point) - from);
    fractionDigits = Math.max(fractionDigits, point < 0 ? 0 : end - point - 1);
    if (!INTEGER.matcher(text).matches()) {
      return WHOLE.matcher(text).matches() ? 0 : DOUBLE | (isGrouped(text) ? COMMA : 0);
    }
    int digits = end - from;
    if (digits > MOST_DIGITS) {
      return 0;
    }
    return DOUBLE | COMMA | LARGE | (isLong(text, digits) ? LONG : 0);
  }

  /** Whether a point in it may part thousands, where numbers have a decimal comma. */
  private static boolean isGrouped(String text) {
    return GROUPED.matcher(text).matches();
  }

  private static boolean isLong(String text, int digits) {
    if (digits < LONG_DIGITS) {
      return true;
    }
    try {
      Long.parseLong(text);
      return true;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  /** Whether there was any value. */
  boolean hasValues() {
    return values > 0;
  }

  /**
   * @param zoned whether timestamps without an offset are of a zone that was named
   */
  ColumnType type(boolean zoned, boolean decimalComma) {
    if (values == 0 || possible == 0) {
      return ColumnType.of(Types.StringType.get());
    }
    if (has(DATE)) {
      return ColumnType.of(Types.DateType.get());
    }
    if (has(DOTTED)) {
      return new ColumnType(Types.DateType.get(), Optional.of("%d.%m.%Y"));
    }
    if (has(DAY_FIRST) != has(MONTH_FIRST)) {
      return new ColumnType(
          Types.DateType.get(), Optional.of(has(DAY_FIRST) ? "%d/%m/%Y" : "%m/%d/%Y"));
    }
    return ColumnType.of(plain(zoned, decimalComma));
  }

  private Type plain(boolean zoned, boolean decimalComma) {
    if (has(BOOLEAN)) {
      return Types.BooleanType.get();
    }
    if (has(LONG)) {
      return Types.LongType.get();
    }
    if (has(LARGE)) {
      return Types.DecimalType.of(MOST_DIGITS, 0);
    }
    if (has(decimalComma ? COMMA : DOUBLE)) {
      return Types.DoubleType.get();
    }
    if (has(ZONED) || (zoned && has(LOCAL))) {
      return Types.TimestampType.withZone();
    }
    return has(LOCAL) ? Types.TimestampType.withoutZone() : Types.StringType.get();
  }

  /** What a person may want to know of the type that was chosen. */
  Optional<String> remark(String column, ColumnType chosen) {
    if (values == 0) {
      return Optional.of(
          "column %s has no value, so it is a string; --column %s:TYPE says otherwise"
              .formatted(column, column));
    }
    if (chosen.type().typeId() == Type.TypeID.DOUBLE && has(DOUBLE) && !exponent && fits()) {
      return Optional.of(
          "column %s is a double, which rounds; --column '%s:decimal(%d,%d)' would hold every value exactly"
              .formatted(column, column, integerDigits + fractionDigits, fractionDigits));
    }
    if (chosen.type().typeId() == Type.TypeID.STRING && possible != 0) {
      if (has(DAY_FIRST) && has(MONTH_FIRST)) {
        return Optional.of(
            "column %s holds dates, but not whether the day or the month comes first, so it is a string; --column '%s:date(%%d/%%m/%%Y)' or '%s:date(%%m/%%d/%%Y)' says it"
                .formatted(column, column, column));
      }
      if (has(COMMA)) {
        return Optional.of(
            "column %s looks like numbers with a decimal comma, but is a string; --decimal-comma reads it as numbers"
                .formatted(column));
      }
    }
    return Optional.empty();
  }

  private boolean fits() {
    return fractionDigits > 0 && integerDigits + fractionDigits <= 18;
  }

  private boolean has(int type) {
    return (possible & type) != 0;
  }
}
