package io.bergview.projection.definition;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * The scalar types of the language and their Iceberg types, case-insensitive: {@code String} is
 * {@code string}, so an entity type of that name is written in backticks.
 */
final class ScalarTypes {
  /** Scalars without parameters; of several names for one type, the first is its canonical one. */
  static final Map<String, Type> PLAIN = plain();

  /** Known to Iceberg, but not to Bergview. */
  static final List<String> UNSUPPORTED =
      List.of(
          "variant",
          "geometry",
          "geography",
          "unknown",
          "timestamp_ns",
          "timestamptz_ns",
          "map",
          "list",
          "struct");

  private static final int MAX_FIXED = 1 << 16;
  private static final int MAX_PRECISION = 38;
  private static final Pattern DECIMAL = Pattern.compile("decimal\\((\\d{1,4}),(\\d{1,4})\\)");
  private static final Pattern FIXED = Pattern.compile("fixed\\((\\d{1,9})\\)");

  private ScalarTypes() {}

  /** The word before any parameters, in lower case. */
  static String keyword(String text) {
    int end = 0;
    while (end < text.length() && text.charAt(end) != '(' && text.charAt(end) != '<') {
      end++;
    }
    return text.substring(0, end).strip().toLowerCase(Locale.ROOT);
  }

  static boolean isScalar(String text) {
    String word = keyword(text);
    return PLAIN.containsKey(word) || word.equals("decimal") || word.equals("fixed");
  }

  /**
   * The type of a scalar; empty where its parameters are wrong, which {@link #expected} explains.
   */
  static Optional<Type> parse(String text) {
    String compact = text.replaceAll("\\s", "").toLowerCase(Locale.ROOT);
    Type plain = PLAIN.get(compact);
    if (plain != null) {
      return Optional.of(plain);
    }
    Matcher decimal = DECIMAL.matcher(compact);
    if (decimal.matches()) {
      int precision = Integer.parseInt(requireNonNull(decimal.group(1)));
      int scale = Integer.parseInt(requireNonNull(decimal.group(2)));
      return precision >= 1 && precision <= MAX_PRECISION && scale <= precision
          ? Optional.of(Types.DecimalType.of(precision, scale))
          : Optional.empty();
    }
    Matcher fixed = FIXED.matcher(compact);
    if (fixed.matches()) {
      int length = Integer.parseInt(requireNonNull(fixed.group(1)));
      return length >= 1 && length <= MAX_FIXED
          ? Optional.of(Types.FixedType.ofLength(length))
          : Optional.empty();
    }
    return Optional.empty();
  }

  /** How a scalar is written. */
  static String expected(String text) {
    return switch (keyword(text)) {
      case "decimal" -> "decimal(precision,scale) with precision 1 to 38 and scale up to it";
      case "fixed" -> "fixed(length) with a length of 1 to " + MAX_FIXED;
      default -> keyword(text) + " without parameters";
    };
  }

  /** The canonical way to write a type that {@link #parse} gave. */
  static String write(Type type) {
    if (type instanceof Types.DecimalType decimal) {
      return "decimal(" + decimal.precision() + "," + decimal.scale() + ")";
    }
    if (type instanceof Types.FixedType fixed) {
      return "fixed(" + fixed.length() + ")";
    }
    return Vocabulary.wordOf(PLAIN, type);
  }

  private static Map<String, Type> plain() {
    Map<String, Type> types = new LinkedHashMap<>();
    types.put("string", Types.StringType.get());
    types.put("text", Types.StringType.get());
    types.put("varchar", Types.StringType.get());
    types.put("json", Types.StringType.get());
    types.put("int", Types.IntegerType.get());
    types.put("integer", Types.IntegerType.get());
    types.put("short", Types.IntegerType.get());
    types.put("long", Types.LongType.get());
    types.put("bigint", Types.LongType.get());
    types.put("float", Types.FloatType.get());
    types.put("double", Types.DoubleType.get());
    types.put("boolean", Types.BooleanType.get());
    types.put("bool", Types.BooleanType.get());
    types.put("date", Types.DateType.get());
    types.put("time", Types.TimeType.get());
    types.put("timestamp", Types.TimestampType.withoutZone());
    types.put("datetime", Types.TimestampType.withoutZone());
    types.put("timestamptz", Types.TimestampType.withZone());
    types.put("uuid", Types.UUIDType.get());
    types.put("binary", Types.BinaryType.get());
    return java.util.Collections.unmodifiableMap(types);
  }
}
