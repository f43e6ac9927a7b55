package io.bergview.spark.sql;

import static java.util.stream.Collectors.joining;

import io.bergview.projection.plan.TypeShapes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Type.TypeID;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * Calls in a form: those of {@link SparkFunctionTable}, and those that depend on their arguments.
 */
final class FormFunctions {
  private static final Pattern DIVIDE = Pattern.compile("bv_divide_\\d+_\\d+_\\d+");

  private final FormWriter writer;
  private final FormAggregates aggregates;

  FormFunctions(FormWriter writer) {
    this.writer = writer;
    this.aggregates = new FormAggregates(writer);
  }

  Written write(Form.Call call) {
    if (aggregates.has(call)) {
      return aggregates.write(call);
    }
    List<Form> arguments = arguments(call);
    if (!arguments.isEmpty() && writer.isInterval(arguments.get(arguments.size() - 1))) {
      return ofInterval(call.name(), arguments);
    }
    return switch (call.name()) {
      case "coalesce", "greatest", "least" -> several(call.name(), arguments);
      case "list_value" -> writer.list(arguments);
      case "struct_pack" -> struct(call);
      case "struct_extract" ->
          writer.member(writer.write(arguments.get(0)), ((Form.Text) arguments.get(1)).value());
      case "list_transform", "list_filter" -> each(call.name(), arguments);
      case "list_reduce" -> reduced(arguments);
      case "list_sort" -> sorted(arguments);
      case "list_slice", "array_slice" -> slice(arguments);
      case "string_split" -> split(arguments);
      case "regexp_matches",
          "regexp_full_match",
          "regexp_replace",
          "regexp_extract",
          "regexp_extract_all" ->
          regex(call.name(), arguments);
      case "date_trunc" ->
          SparkMoments.truncated(
              ((Form.Text) arguments.get(0)).value(), writer.write(arguments.get(1)));
      case "date_sub" -> units(arguments);
      case "time_bucket" ->
          SparkMoments.bucket(writer.interval(arguments.get(0)), writer.write(arguments.get(1)));
      case "timezone" -> zoned(arguments);
      default -> plain(call.name(), arguments);
    };
  }

  static List<Form> arguments(Form.Call call, int places) {
    List<Form> all = new ArrayList<>();
    for (Form.Argument argument : call.arguments()) {
      if (argument.value() instanceof Form.Places) {
        for (int i = 0; i < places; i++) {
          all.add(new Form.Place(i));
        }
      } else {
        all.add(argument.value());
      }
    }
    return all;
  }

  private List<Form> arguments(Form.Call call) {
    return arguments(call, writer.places());
  }

  /** An interval as a number, of one that has either months or none. */
  private Written ofInterval(String name, List<Form> arguments) {
    SparkInterval interval = writer.interval(arguments.get(arguments.size() - 1));
    String sql =
        switch (name) {
          case "epoch_us" -> interval.time();
          case "datepart" ->
              "("
                  + interval.months()
                  + (arguments.get(0).equals(new Form.Text("year")) ? " div 12)" : " % 12)");
          default -> throw new UnsupportedOnSpark("function " + name + " of an interval");
        };
    return new Written(sql, Types.LongType.get());
  }

  private Written plain(String name, List<Form> arguments) {
    List<Written> written = arguments.stream().map(writer::write).toList();
    if (DIVIDE.matcher(name).matches()) {
      return new Written(
          "(" + written.get(0).sql() + " / " + written.get(1).sql() + ")",
          Types.DecimalType.of(38, 0));
    }
    return SparkFunctionTable.scalar(name, written)
        .orElseThrow(() -> new UnsupportedOnSpark("function " + name))
        .write(written, "");
  }

  private Written several(String name, List<Form> arguments) {
    List<Written> written = arguments.stream().map(writer::write).toList();
    Type type = written.get(0).type();
    for (Written each : written) {
      type = FormWriter.common(type, each.type());
    }
    String list = written.stream().map(Written::sql).collect(joining(", "));
    return new Written(written.size() == 1 ? list : name + "(" + list + ")", type);
  }

  private Written struct(Form.Call call) {
    List<String> names = new ArrayList<>();
    List<Type> types = new ArrayList<>();
    List<String> sql = new ArrayList<>();
    for (Form.Argument argument : call.arguments()) {
      Written value = writer.write(argument.value());
      names.add(argument.name().orElseThrow());
      types.add(value.type());
      sql.add(SparkText.text(argument.name().orElseThrow()));
      boolean place = argument.value() instanceof Form.Place;
      sql.add(place ? SparkCasts.cast(value, value.type(), false).sql() : value.sql());
    }
    String written = "named_struct(" + String.join(", ", sql) + ")";
    boolean known = types.stream().allMatch(type -> type.typeId() != TypeID.UNKNOWN);
    return known
        ? new Written(written, TypeShapes.structOf(names, types))
        : Written.unknown(written);
  }

  private static Type element(Written list) {
    return list.is(TypeID.LIST) ? list.type().asListType().elementType() : Types.UnknownType.get();
  }

  private Written each(String name, List<Form> arguments) {
    Written list = writer.write(arguments.get(0));
    Form.Lambda lambda = (Form.Lambda) arguments.get(1);
    boolean filter = name.equals("list_filter");
    FormWriter.Body body = writer.body(lambda, List.of(element(list), Types.LongType.get()));
    String sql = body.sql();
    if (body.names().size() == 2) {
      sql = numbered(body, filter);
    }
    Type type = body.value().type();
    boolean known = type.typeId() != TypeID.UNKNOWN;
    String call = (filter ? "filter(" : "transform(") + list.sql() + ", " + sql + ")";
    if (filter) {
      return new Written(call, list.type());
    }
    return known ? new Written(call, TypeShapes.listOf(type)) : Written.unknown(call);
  }

  /** Spark counts from 0, in INT: the position is bound to what the form counts by. */
  private static String numbered(FormWriter.Body body, boolean filter) {
    String element = body.names().get(0);
    String position = body.names().get(1);
    String bound = "array(CAST(bv_i AS BIGINT) + 1L), " + position + " -> " + body.value().sql();
    return "("
        + element
        + ", bv_i) -> "
        + (filter ? "exists(" + bound + ")" : "element_at(transform(" + bound + "), 1)");
  }

  private Written reduced(List<Form> arguments) {
    Written list = writer.write(arguments.get(0));
    Form.Lambda lambda = (Form.Lambda) arguments.get(1);
    Written initial = writer.write(arguments.get(2));
    FormWriter.Body body = writer.body(lambda, List.of(initial.type(), element(list)));
    return new Written(
        "aggregate(" + list.sql() + ", " + initial.sql() + ", " + body.sql() + ")", initial.type());
  }

  private Written sorted(List<Form> arguments) {
    Written list = writer.write(arguments.get(0));
    if (list.is(TypeID.LIST) && hasMap(element(list))) {
      throw new UnsupportedOnSpark("order of maps");
    }
    boolean descending = isText(arguments, 1, "DESC");
    boolean nullsFirst = isText(arguments, 2, "NULLS FIRST");
    if (descending && nullsFirst) {
      throw new UnsupportedOnSpark("list_sort DESC NULLS FIRST");
    }
    String sql =
        descending
            ? "sort_array(" + list.sql() + ", false)"
            : nullsFirst ? "sort_array(" + list.sql() + ")" : "array_sort(" + list.sql() + ")";
    return new Written(sql, list.type());
  }

  private static boolean isText(List<Form> arguments, int number, String text) {
    return number < arguments.size() && arguments.get(number).equals(new Form.Text(text));
  }

  static boolean hasMap(Type type) {
    return switch (type.typeId()) {
      case MAP -> true;
      case LIST -> hasMap(type.asListType().elementType());
      case STRUCT -> type.asStructType().fields().stream().anyMatch(field -> hasMap(field.type()));
      default -> false;
    };
  }

  /** Positions before the first and after the last are theirs; negative ones count from the end. */
  private Written slice(List<Form> arguments) {
    Written value = writer.write(arguments.get(0));
    boolean text = value.is(TypeID.STRING);
    String size = (text ? "char_length(" : "array_size(") + value.sql() + ")";
    String first = position(arguments.get(1), size);
    String last = position(arguments.get(2), size);
    String start = "CAST(least(greatest(" + first + ", 1), " + size + " + 1) AS INT)";
    String length =
        "CAST(greatest(least(%s, %s) - greatest(%s, 1) + 1, 0) AS INT)"
            .formatted(last, size, first);
    String sql = (text ? "substring(" : "slice(") + value.sql() + ", " + start + ", " + length;
    String known = "%s IS NOT NULL AND %s IS NOT NULL".formatted(first, last);
    return new Written("(CASE WHEN " + known + " THEN " + sql + ") END)", value.type());
  }

  private String position(Form form, String size) {
    String number = writer.write(form).sql();
    return form instanceof Form.Number
        ? number
        : "(CASE WHEN %1$s < 0 THEN %1$s + %2$s + 1 ELSE %1$s END)".formatted(number, size);
  }

  private Written split(List<Form> arguments) {
    String text = writer.write(arguments.get(0)).sql();
    String separator = writer.write(arguments.get(1)).sql();
    Object known = writer.constant(arguments.get(1));
    String pattern =
        known instanceof String constant
            ? SparkText.text(constant.isEmpty() ? "" : Pattern.quote(constant))
            : "CASE WHEN %1$s = '' THEN '' ELSE concat('\\\\Q', replace(%1$s, '\\\\E', '\\\\E\\\\\\\\E\\\\Q'), '\\\\E') END"
                .formatted(separator);
    return new Written(
        "split(" + text + ", " + pattern + ")", TypeShapes.listOf(Types.StringType.get()));
  }

  private Written regex(String name, List<Form> arguments) {
    String text = writer.write(arguments.get(0)).sql();
    String flags =
        name.equals("regexp_matches") && arguments.size() == 3
            ? String.valueOf(writer.constant(arguments.get(2)))
            : name.equals("regexp_replace") && arguments.size() == 4
                ? String.valueOf(writer.constant(arguments.get(3)))
                : "";
    String pattern = writer.constant(arguments.get(1)) instanceof String known ? known : null;
    if (pattern == null) {
      return new Written(
          "CAST(NULL AS " + (name.contains("match") ? "BOOLEAN" : "STRING") + ")",
          name.contains("match") ? Types.BooleanType.get() : Types.StringType.get());
    }
    String java = RegexSyntax.java(pattern, flags.lastIndexOf('i') > flags.lastIndexOf('c'));
    String literal = SparkText.text(java);
    return switch (name) {
      case "regexp_matches" -> Written.truth("regexp_like(" + text + ", " + literal + ")");
      case "regexp_full_match" ->
          Written.truth(
              "regexp_like(%s, %s)".formatted(text, SparkText.text("\\A(?:" + java + ")\\z")));
      case "regexp_extract" ->
          Written.text(
              "regexp_extract(%s, %s, %s)"
                  .formatted(text, literal, writer.write(arguments.get(2)).sql()));
      case "regexp_extract_all" ->
          new Written(
              "regexp_extract_all(%s, %s, 0)".formatted(text, literal),
              TypeShapes.listOf(Types.StringType.get()));
      default -> replaced(text, literal, writer.constant(arguments.get(2)), flags);
    };
  }

  private static Written replaced(String text, String pattern, @Nullable Object by, String flags) {
    if (!(by instanceof String replacement)) {
      return Written.text("CAST(NULL AS STRING)");
    }
    return Written.text(
        "%s(%s, %s, %s)"
            .formatted(
                flags.contains("g") ? "regexp_replace" : "bv_replace_first",
                text,
                pattern,
                SparkText.text(RegexSyntax.replacement(replacement))));
  }

  /** How many complete units are between two values. */
  private Written units(List<Form> arguments) {
    String unit = ((Form.Text) arguments.get(0)).value();
    long micros =
        switch (unit) {
          case "week" -> 604_800_000_000L;
          case "day" -> 86_400_000_000L;
          case "hour" -> 3_600_000_000L;
          case "minute" -> 60_000_000L;
          case "second" -> 1_000_000L;
          case "millisecond" -> 1_000L;
          case "microsecond" -> 1L;
          default -> throw new UnsupportedOnSpark("unit " + unit + " of date_sub");
        };
    return new Written(
        "((%s - %s) div %dL)"
            .formatted(
                SparkMoments.micros(writer.write(arguments.get(2))),
                SparkMoments.micros(writer.write(arguments.get(1))),
                micros),
        Types.LongType.get());
  }

  private Written zoned(List<Form> arguments) {
    String zone = writer.write(arguments.get(0)).sql();
    Optional<Object> known = Optional.ofNullable(writer.constant(arguments.get(0)));
    Written moment = writer.write(arguments.get(1));
    boolean utc = known.equals(Optional.of("UTC"));
    if (moment.isZoned()) {
      String local = utc ? moment.sql() : "from_utc_timestamp(" + moment.sql() + ", " + zone + ")";
      return new Written("CAST(" + local + " AS TIMESTAMP_NTZ)", Types.TimestampType.withoutZone());
    }
    return new Written(
        utc
            ? SparkMoments.timestamp(moment)
            : "timestamp_micros(bv_utc_micros(" + SparkMoments.micros(moment) + ", " + zone + "))",
        Types.TimestampType.withZone());
  }
}
