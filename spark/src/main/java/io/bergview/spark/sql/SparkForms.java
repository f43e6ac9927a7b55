package io.bergview.spark.sql;

import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.NamedAggregate;
import io.bergview.projection.plan.ScalarFunction;
import io.bergview.projection.plan.SortOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Type.TypeID;
import org.apache.iceberg.types.Types;

/**
 * Calls of functions as Spark SQL: their DuckDB forms are read, and written anew. The values are
 * those of DuckDB, in a session in ANSI mode whose time zone is UTC, with {@link
 * SparkFunctionUdfs}.
 */
final class SparkForms {
  private static final Pattern ROUNDED_TO = Pattern.compile(", (-?\\d+)\\) ELSE");
  private static final Pattern DIGITS = Pattern.compile("ELSE round\\(\\{0}, (-?\\d+)\\) END");

  private SparkForms() {}

  /**
   * A function, or an aggregate of a group.
   *
   * @param written Spark SQL of each argument, of exactly its type
   * @throws UnsupportedOnSpark where Spark does not have the function
   */
  static String sql(
      ScalarFunction function, List<Expr> arguments, List<String> written, Type result) {
    return over(function, arguments, written, result, "");
  }

  /**
   * An aggregate or a function of a window.
   *
   * @param window {@code OVER (PARTITION BY c1)}; empty for none
   */
  static String over(
      ScalarFunction function,
      List<Expr> arguments,
      List<String> written,
      Type result,
      String window) {
    for (Expr argument : arguments) {
      refuseTime(argument.type());
    }
    refuseTime(result);
    List<Written> values = new ArrayList<>();
    for (int i = 0; i < arguments.size(); i++) {
      values.add(new Written(written.get(i), arguments.get(i).type()));
    }
    Form form = FormParser.parse(simplified(function, arguments, result));
    Written value = new FormWriter(arguments, values, window).write(form);
    return isAs(form, value, result) ? value.sql() : SparkCasts.cast(value, result, false).sql();
  }

  /**
   * An aggregate whose form has the place {@code {order}}.
   *
   * @param write Spark SQL of a value
   */
  static String aggregate(
      NamedAggregate aggregate, Expr argument, Function<Expr, String> write, Type result) {
    List<Expr> arguments = new ArrayList<>(List.of(argument));
    arguments.addAll(aggregate.further());
    StringBuilder order = new StringBuilder();
    for (SortOrder by : aggregate.orderBy()) {
      order
          .append(order.isEmpty() ? " ORDER BY " : ", ")
          .append("{" + arguments.size() + "}")
          .append(by.descending() ? " DESC" : " ASC")
          .append(by.nullsFirst() ? " NULLS FIRST" : " NULLS LAST");
      arguments.add(by.value());
    }
    String form = aggregate.function().duckDb().replace("{order}", order);
    return sql(
        new ScalarFunction(aggregate.function().name(), form),
        arguments,
        arguments.stream().map(write).toList(),
        result);
  }

  private static void refuseTime(Type type) {
    if (type.typeId() == TypeID.TIME) {
      throw new UnsupportedOnSpark("type time");
    }
  }

  /** The form, or a shorter one where Spark has the whole of it. */
  private static String simplified(ScalarFunction function, List<Expr> arguments, Type result) {
    String form = function.duckDb();
    boolean floating = result.typeId() == TypeID.DOUBLE;
    boolean distinct = function.name().startsWith("array");
    if (distinct && !arguments.isEmpty() && isOfFloating(arguments.get(0).type())) {
      return form;
    }
    return switch (function.name()) {
      case "bround" -> {
        Matcher digits = ROUNDED_TO.matcher(form);
        yield digits.find() ? "bround({0}, " + digits.group(1) + ")" : form;
      }
      case "round" -> {
        Matcher digits = DIGITS.matcher(form);
        yield floating && digits.find() ? "round({0}, " + digits.group(1) + ")" : form;
      }
      case "array_distinct" -> "array_distinct({0})";
      case "array_union" -> "array_union({0}, {1})";
      case "array_intersect" -> "array_intersect({0}, {1})";
      case "array_except" -> "array_except({0}, {1})";
      case "arrays_overlap" -> "arrays_overlap({0}, {1})";
      case "skewness" -> form.startsWith("CASE") ? "skewness_pop({0})" : form;
      default -> form;
    };
  }

  /** Among which Spark's sets tell the zeros apart. */
  private static boolean isOfFloating(Type list) {
    return list.isListType()
        && switch (list.asListType().elementType().typeId()) {
          case BOOLEAN, INTEGER, LONG, DATE, TIMESTAMP, STRING, UUID, DECIMAL, BINARY, FIXED ->
              false;
          default -> true;
        };
  }

  /** Whether what is written has the type of the result. */
  private static boolean isAs(Form form, Written value, Type result) {
    if (form instanceof Form.Name || isVariable(form)) {
      return true;
    }
    if (value.is(TypeID.UNKNOWN) || value.type() instanceof Types.DecimalType) {
      return form instanceof Form.Place && value.type().equals(result);
    }
    return SparkTypes.sql(value.type()).equals(SparkTypes.sql(result));
  }

  private static boolean isVariable(Form form) {
    return form instanceof Form.Member member
        && (member.struct() instanceof Form.Name || isVariable(member.struct()));
  }
}
