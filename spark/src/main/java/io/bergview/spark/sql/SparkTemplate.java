package io.bergview.spark.sql;

import io.bergview.projection.plan.TypeShapes;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Type.TypeID;
import org.apache.iceberg.types.Types;

/**
 * What a function of DuckDB is on Spark.
 *
 * @param name as DuckDB calls it
 * @param parameters {@code string}, {@code whole}, {@code decimal}, {@code floating}, {@code
 *     number}, {@code moment}, {@code list}, {@code map}, {@code binary} or {@code any}; the last
 *     is repeated if it ends with {@code ...}
 * @param result a type, {@code 0} for that of the first argument, {@code element} for that of its
 *     elements
 * @param sql {@code {0}} is the first argument, {@code {*}} all of them; {@code {0:int}} the
 *     argument as an INT, {@code {0:clamp}} the nearest one, {@code {0:micros}} the microseconds of
 *     a date or timestamp, {@code {0:timestamp}} it as a timestamp with time zone, {@code
 *     {0:element}} the type of a list's elements; {@code {over}} what follows an aggregate: its
 *     filter and window
 */
record SparkTemplate(String name, List<String> parameters, String result, String sql) {
  private static final Pattern LINE =
      Pattern.compile("(\\w+)\\((.*?)\\) -> (\\w+) \\| (.*)", Pattern.DOTALL);
  private static final Pattern PLACE = Pattern.compile("\\{(?:(\\d+)(?::(\\w+))?|(\\*)|(over))}");
  private static final Pattern SMALL = Pattern.compile("-?\\d{1,9}L?|CAST\\(-?\\d{1,9} AS \\w+\\)");

  SparkTemplate {
    parameters = List.copyOf(parameters);
  }

  /** {@code strpos(string, string) -> int | instr({0}, {1})}. */
  static SparkTemplate parse(String line) {
    Matcher parts = LINE.matcher(line);
    if (!parts.matches()) {
      throw new IllegalArgumentException("not a template: " + line);
    }
    String list = parts.group(2);
    return new SparkTemplate(
        parts.group(1),
        list.isEmpty() ? List.of() : Arrays.asList(list.split(", ", -1)),
        parts.group(3),
        parts.group(4));
  }

  boolean takes(List<Written> arguments) {
    boolean variadic = !parameters.isEmpty() && last().endsWith("...");
    if (variadic ? arguments.size() < parameters.size() : arguments.size() != parameters.size()) {
      return false;
    }
    for (int i = 0; i < arguments.size(); i++) {
      String parameter = parameters.get(Math.min(i, parameters.size() - 1)).replace("...", "");
      if (!takes(parameter, arguments.get(i))) {
        return false;
      }
    }
    return true;
  }

  private String last() {
    return parameters.get(parameters.size() - 1);
  }

  private static boolean takes(String parameter, Written argument) {
    if (argument.is(TypeID.UNKNOWN)) {
      return true;
    }
    return switch (parameter) {
      case "string" -> argument.is(TypeID.STRING) || argument.is(TypeID.UUID);
      case "binary" -> argument.is(TypeID.BINARY) || argument.is(TypeID.FIXED);
      case "whole" -> argument.isWhole();
      case "decimal" -> argument.is(TypeID.DECIMAL);
      case "floating" -> argument.isFloating();
      case "number" -> argument.isWhole() || argument.isFloating() || argument.is(TypeID.DECIMAL);
      case "moment" -> argument.isMoment();
      case "boolean" -> argument.is(TypeID.BOOLEAN);
      case "list" -> argument.is(TypeID.LIST);
      case "map" -> argument.is(TypeID.MAP);
      case "any" -> true;
      default -> throw new IllegalArgumentException("no parameter " + parameter);
    };
  }

  /**
   * @param over what follows an aggregate or window function
   */
  Written write(List<Written> arguments, String over) {
    Matcher place = PLACE.matcher(sql);
    StringBuilder made = new StringBuilder();
    while (place.find()) {
      String value;
      if (place.group(3) != null) {
        value = String.join(", ", arguments.stream().map(Written::sql).toList());
      } else if (place.group(4) != null) {
        value = over;
      } else {
        value =
            value(
                arguments.get(Integer.parseInt(place.group(1))),
                Optional.ofNullable(place.group(2)).orElse(""));
      }
      place.appendReplacement(made, Matcher.quoteReplacement(value));
    }
    return new Written(place.appendTail(made).toString(), type(arguments));
  }

  private static String value(Written argument, String as) {
    return switch (as) {
      case "" -> argument.sql();
      case "int" -> "CAST(" + argument.sql() + " AS INT)";
      case "clamp" -> position(argument.sql());
      case "micros" -> SparkMoments.micros(argument);
      case "timestamp" -> SparkMoments.timestamp(argument);
      case "element" -> SparkTypes.sql(argument.type().asListType().elementType());
      default -> throw new IllegalArgumentException("no place " + as);
    };
  }

  /** Numbers that are too great are as good as the greatest. */
  private static String position(String number) {
    return SMALL.matcher(number).matches()
        ? "CAST(" + number + " AS INT)"
        : "CAST(CASE WHEN %1$s > 2147483647 THEN 2147483647 WHEN %1$s < -2147483647 THEN -2147483647 ELSE %1$s END AS INT)"
            .formatted(number);
  }

  private Type type(List<Written> arguments) {
    return switch (result) {
      case "string" -> Types.StringType.get();
      case "binary" -> Types.BinaryType.get();
      case "int" -> Types.IntegerType.get();
      case "long" -> Types.LongType.get();
      case "double" -> Types.DoubleType.get();
      case "decimal" -> Types.DecimalType.of(38, 0);
      case "boolean" -> Types.BooleanType.get();
      case "date" -> Types.DateType.get();
      case "timestamp" -> Types.TimestampType.withoutZone();
      case "timestamptz" -> Types.TimestampType.withZone();
      case "strings" -> TypeShapes.listOf(Types.StringType.get());
      case "longs" -> TypeShapes.listOf(Types.LongType.get());
      case "unknown" -> Types.UnknownType.get();
      case "0" -> arguments.get(0).type();
      case "1" -> arguments.get(1).type();
      case "element" ->
          arguments.get(0).is(TypeID.LIST)
              ? arguments.get(0).type().asListType().elementType()
              : Types.UnknownType.get();
      case "value" ->
          arguments.get(0).is(TypeID.MAP)
              ? arguments.get(0).type().asMapType().valueType()
              : Types.UnknownType.get();
      case "keys" -> TypeShapes.listOf(arguments.get(0).type().asMapType().keyType());
      case "entries" ->
          TypeShapes.listOf(
              TypeShapes.structOf(
                  List.of("key", "value"),
                  List.of(
                      arguments.get(0).type().asMapType().keyType(),
                      arguments.get(0).type().asMapType().valueType())));
      case "list" -> TypeShapes.listOf(arguments.get(0).type());
      default -> throw new IllegalArgumentException("no result " + result);
    };
  }
}
