package io.bergview.projection.function;

import io.bergview.projection.definition.ValueExpression.ArithmeticOperator;
import io.bergview.projection.function.IntervalQualifier.Field;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.ScalarFunction;
import io.bergview.projection.plan.TypeShapes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * Intervals as values of columns. Iceberg has no type for them: they are structs of one field,
 * which is called after the interval's fields, {@code interval_day_to_second}, and holds months, or
 * microseconds. So they are compared, grouped and stored like any value, and are intervals again
 * where they are read.
 */
public final class IntervalValues {
  private static final Type LONG = Types.LongType.get();
  private static final Type STRING = Types.StringType.get();
  private static final Type DATE = Types.DateType.get();
  private static final Type TIMESTAMP = Types.TimestampType.withoutZone();
  private static final Pattern NUMBER = Pattern.compile("\\d+");

  private IntervalValues() {}

  static boolean is(Expr value) {
    return qualifier(value.type()).isPresent();
  }

  private static Optional<IntervalQualifier> qualifier(Type type) {
    if (!type.isStructType() || type.asStructType().fields().size() != 1) {
      return Optional.empty();
    }
    Types.NestedField field = type.asStructType().fields().get(0);
    return field.name().startsWith("interval_") && field.type().equals(LONG)
        ? IntervalQualifier.parse(field.name())
        : Optional.empty();
  }

  /** The type of {@code INTERVAL DAY TO SECOND}; empty for what is no such text. */
  public static Optional<Type> type(String qualifier) {
    return IntervalQualifier.parse(qualifier).map(IntervalValues::type);
  }

  private static Types.StructType type(IntervalQualifier qualifier) {
    return TypeShapes.structOf(List.of(qualifier.column()), List.of(LONG));
  }

  /** Null where the number is null. */
  private static Expr of(Expr number, IntervalQualifier qualifier) {
    Types.StructType type = type(qualifier);
    return new Expr.Call(
        new ScalarFunction(
            "interval",
            "CASE WHEN {0} IS NOT NULL THEN struct_pack(" + qualifier.column() + " := {0}) END"),
        List.of(Coercion.to(number, LONG)),
        type);
  }

  private static Expr number(Expr value) {
    return new Expr.Field(value, qualifier(value.type()).orElseThrow().column(), LONG);
  }

  private static IntervalQualifier known(String qualifier) {
    return IntervalQualifier.parse(qualifier)
        .orElseThrow(
            () ->
                FunctionException.wrongArguments(
                    "there is no interval of '"
                        + qualifier
                        + "'; write DAY TO SECOND or the like"));
  }

  /**
   * {@code (left - right) DAY TO SECOND}.
   *
   * @throws FunctionException where the values are no dates or times
   */
  public static Expr between(String qualifier, Expr left, Expr right) {
    IntervalQualifier fields = known(qualifier);
    List<Expr> values = List.of(left, right);
    Type common =
        Coercion.common(values)
            .filter(type -> isMoment(type) || !fields.isOfMonths() && isTime(type))
            .orElseThrow(
                () ->
                    FunctionException.wrongArguments(
                        "an interval is between two dates, timestamps or times, not "
                            + SqlFunction.given(values)));
    if (fields.isOfMonths()) {
      return of(TimeFunctions.completeMonths(right, left, common), fields);
    }
    Type type = common.equals(DATE) ? TIMESTAMP : common;
    Expr micros =
        new Expr.Call(
            new ScalarFunction("-", "(epoch_us({0}) - epoch_us({1}))"),
            values.stream().map(value -> Coercion.to(value, type)).toList(),
            LONG);
    return of(micros, fields);
  }

  private static boolean isMoment(Type type) {
    return type.equals(DATE) || type.typeId() == Type.TypeID.TIMESTAMP;
  }

  private static boolean isTime(Type type) {
    return type.typeId() == Type.TypeID.TIME;
  }

  private static Expr scaled(String form, Expr number) {
    return new Expr.Call(new ScalarFunction("interval", form), List.of(number), LONG);
  }

  /** {@code INTERVAL '10-08' YEAR TO MONTH}; empty where the text is not one. */
  public static Optional<Expr> literal(String text, String qualifier) {
    IntervalQualifier fields = known(qualifier);
    String digits = text.trim();
    boolean negative = digits.startsWith("-");
    digits = digits.replaceFirst("^[+-]", "").trim();
    String[] fraction = digits.split("\\.", -1);
    List<Long> numbers = new ArrayList<>();
    Matcher number = NUMBER.matcher(fraction[0]);
    while (number.find()) {
      numbers.add(Long.parseLong(number.group()));
    }
    int expected = fields.last().ordinal() - fields.first().ordinal() + 1;
    boolean fits = fraction[0].matches("\\d+([-: ]\\d+)*") && numbers.size() == expected;
    if (!fits || fraction.length > 1 && fields.last() != Field.SECOND || fraction.length > 2) {
      return Optional.empty();
    }
    long total = 0;
    for (int i = 0; i < expected; i++) {
      Field field = Field.values()[fields.first().ordinal() + i];
      total += numbers.get(i) * field.length();
    }
    if (fraction.length == 2) {
      total += Long.parseLong((fraction[1] + "000000").substring(0, 6));
    }
    return Optional.of(of(new Expr.Constant(negative ? -total : total, LONG), fields));
  }

  /** An interval as it is written by {@link #text}; empty where the type is of none. */
  static Optional<Expr> parsed(Expr text, Type type, boolean tried) {
    return qualifier(type)
        .map(
            fields ->
                text instanceof Expr.Constant constant && !tried
                    ? literal(constant, fields)
                    : parsed(text, fields, tried));
  }

  private static Expr literal(Expr.Constant text, IntervalQualifier fields) {
    return literal(String.valueOf(text.value()), fields.column())
        .orElseThrow(
            () ->
                FunctionException.wrongArguments(
                    "'" + text.value() + "' is not written as an " + fields.column()));
  }

  private static Expr parsed(Expr text, IntervalQualifier fields, boolean tried) {
    StringBuilder pattern = new StringBuilder("\\s*[+-]?\\d+");
    StringBuilder total = new StringBuilder();
    for (int i = fields.first().ordinal(); i <= fields.last().ordinal(); i++) {
      Field field = Field.values()[i];
      boolean first = field == fields.first();
      pattern.append(first ? "" : separator(field) + "\\d+");
      total
          .append(first ? "" : " + ")
          .append("CAST(regexp_extract_all({0}, '\\d+')[")
          .append(i - fields.first().ordinal() + 1)
          .append("] AS BIGINT) * ")
          .append(field.length());
    }
    if (fields.last() == Field.SECOND) {
      pattern.append("(\\.\\d+)?");
      total.append(" + CAST(left(rpad(regexp_extract({0}, '\\.(\\d+)', 1), 6, '0'), 6) AS BIGINT)");
    }
    String other = tried ? "NULL" : "error('bergview:VALUE_INVALID:no interval: ' || {0})";
    String form =
        "CASE WHEN NOT regexp_full_match({0}, '%s\\s*') THEN "
            + other
            + " WHEN starts_with(trim({0}), '-') THEN -(%s) ELSE %s END";
    return of(
        new Expr.Call(
            new ScalarFunction("interval", form.formatted(pattern, total, total)),
            List.of(text),
            LONG),
        fields);
  }

  /** How many complete ones of its last field an interval has. */
  static Expr count(Expr value) {
    Field last = qualifier(value.type()).orElseThrow().last();
    return scaled("({0} // " + last.length() + ")", number(value));
  }

  /** The interval as the operand of what moves a date or a timestamp. */
  static Expr operand(Expr value) {
    boolean months = qualifier(value.type()).orElseThrow().isOfMonths();
    return Intervals.of(
        months ? "to_months(CAST({0} AS INTEGER))" : "to_microseconds({0})", months, number(value));
  }

  /** As a value that can be stored, of an operand. */
  public static Expr value(Expr interval) {
    if (is(interval)) {
      return interval;
    }
    Expr.Call call = (Expr.Call) interval;
    String form = call.function().duckDb();
    IntervalQualifier fields =
        IntervalQualifier.ofMakers(form)
            .orElseThrow(
                () ->
                    FunctionException.unsupported(
                        "an interval of months and of days is no value; write two intervals"));
    boolean months = fields.isOfMonths();
    String parts = "(" + form + ")";
    Expr number =
        new Expr.Call(
            new ScalarFunction(
                "interval",
                months
                    ? "(datepart('year', " + parts + ") * 12 + datepart('month', " + parts + "))"
                    : "epoch_us(" + parts + ")"),
            call.arguments(),
            LONG);
    return of(number, fields);
  }

  static Expr sum(ArithmeticOperator operator, Expr left, Expr right) {
    Expr one = value(left);
    Expr other = value(right);
    IntervalQualifier fields = qualifier(one.type()).orElseThrow();
    IntervalQualifier further = qualifier(other.type()).orElseThrow();
    if (fields.isOfMonths() != further.isOfMonths()) {
      throw FunctionException.wrongArguments(
          "an interval of years and months is not added to one of days and times");
    }
    return of(
        new Expr.Arithmetic(operator, number(one), number(other), LONG), fields.with(further));
  }

  static Expr negative(Expr value) {
    return of(scaled("(-{0})", number(value)), qualifier(value.type()).orElseThrow());
  }

  /** So many times, or divided by so many; cut off after the last month or microsecond. */
  static Expr times(Expr value, String operator, Expr factor) {
    Expr scaled = Functions.bound(operator, List.of(number(value), factor));
    return of(Coercion.cast(scaled, LONG), qualifier(value.type()).orElseThrow());
  }

  /** The numbers of months or microseconds, to be compared; empty where none is an interval. */
  static Optional<List<Expr>> compared(List<Expr> values) {
    if (values.stream().noneMatch(IntervalValues::is)) {
      return Optional.empty();
    }
    List<Expr> numbers = new ArrayList<>();
    for (Expr value : values) {
      if (Coercion.isNull(value)) {
        numbers.add(new Expr.Constant(null, LONG));
      } else if (is(value) || Intervals.isInterval(value)) {
        numbers.add(number(value(value)));
      } else {
        return Optional.empty();
      }
    }
    return Optional.of(numbers);
  }

  /** As standard SQL writes it, with a sign: {@code +10-08}, {@code -3 04:00:00.000000}. */
  static Expr text(Expr value) {
    IntervalQualifier fields = qualifier(value.type()).orElseThrow();
    StringBuilder form = new StringBuilder("(CASE WHEN {0} // ");
    form.append(fields.last().length()).append(" < 0 THEN '-' ELSE '+' END");
    for (int i = fields.first().ordinal(); i <= fields.last().ordinal(); i++) {
      Field field = Field.values()[i];
      String part = "(abs({0}) // " + field.length() + ")";
      if (field == fields.first()) {
        form.append(" || ").append(part);
      } else {
        String within = part + " % " + Field.values()[i - 1].length() / field.length();
        form.append(" || '").append(separator(field)).append("' || ");
        form.append("lpad(CAST(").append(within).append(" AS VARCHAR), 2, '0')");
      }
    }
    if (fields.last() == Field.SECOND) {
      form.append(" || '.' || lpad(CAST(abs({0}) % 1000000 AS VARCHAR), 6, '0')");
    }
    return new Expr.Call(
        new ScalarFunction("interval", form.append(")").toString()),
        List.of(number(value)),
        STRING);
  }

  private static String separator(Field field) {
    return switch (field) {
      case MONTH -> "-";
      case HOUR -> " ";
      default -> ":";
    };
  }
}
