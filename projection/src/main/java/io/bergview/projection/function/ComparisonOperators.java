package io.bergview.projection.function;

import static io.bergview.projection.function.SqlFunction.define;

import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.ScalarFunction;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * Comparisons, and the operators between truth values. All are three-valued. NaN equals NaN and is
 * greater than every other number; the zeros are equal.
 */
final class ComparisonOperators {
  private static final Type BOOLEAN = Types.BooleanType.get();

  private ComparisonOperators() {}

  static List<SqlFunction> all() {
    return List.of(
        comparison("=", "Whether the values are equal; NULL if one of them is NULL.")
            .example("1 = 1.0", "true")
            .example("NULL = NULL", "NULL"),
        comparison("<>", "Whether the values differ; NULL if one of them is NULL.", "!=")
            .example("1 <> 2", "true"),
        comparison("<", "Whether the first is less; NULL if one of them is NULL.")
            .example("'a' < 'b'", "true")
            .example("1 < NULL", "NULL"),
        comparison("<=", "Whether the first is less or equal.").example("2 <= 2", "true"),
        comparison(">", "Whether the first is greater. NaN is greater than every number.")
            .example("DATE '2024-02-01' > DATE '2024-01-31'", "true"),
        comparison(">=", "Whether the first is greater or equal.").example("1 >= 2", "false"),
        comparison("is distinct from", "Whether the values differ, NULL being a value like others.")
            .example("1 IS DISTINCT FROM NULL", "true"),
        comparison(
                "is not distinct from",
                "Whether the values are equal, NULL being a value like others.",
                "<=>")
            .example("NULL IS NOT DISTINCT FROM NULL", "true"),
        define("Whether the value is one of those listed.", "in")
            .form("in(any, any...) -> boolean", (a, t) -> in(a))
            .example("2 IN (1, 2)", "true")
            .example("3 IN (1, NULL)", "NULL"),
        define("Whether the value is in a range, its ends included.", "between")
            .form(
                "between(any, any, any) -> boolean",
                (a, t) -> compared("between", "({0} BETWEEN {1} AND {2})", a))
            .example("2 BETWEEN 1 AND 3", "true")
            .example("2 BETWEEN 1 AND NULL", "NULL"),
        define("Whether both are true. False AND NULL is false.", "and")
            .form("and(boolean...) -> boolean", (a, t) -> joined("and", a))
            .example("true AND NULL", "NULL")
            .example("false AND NULL", "false"),
        define("Whether at least one is true. True OR NULL is true.", "or")
            .form("or(boolean...) -> boolean", (a, t) -> joined("or", a))
            .example("false OR NULL", "NULL")
            .example("true OR NULL", "true"),
        define("Whether it is false; NULL if it is NULL.", "not")
            .form("not(boolean) -> boolean", "(NOT {0})")
            .example("NOT false", "true")
            .example("NOT NULL", "NULL"),
        define("Whether the value is NULL.", "is null", "isnull")
            .form("is null(any) -> boolean", "({0} IS NULL)")
            .example("NULL IS NULL", "true"),
        define("Whether the value is not NULL.", "is not null", "isnotnull")
            .form("is not null(any) -> boolean", "({0} IS NOT NULL)")
            .example("1 IS NOT NULL", "true"));
  }

  private static SqlFunction comparison(String operator, String description, String... aliases) {
    String[] names = new String[aliases.length + 1];
    names[0] = operator;
    System.arraycopy(aliases, 0, names, 1, aliases.length);
    String form = "({0} " + operator.toUpperCase(Locale.ROOT) + " {1})";
    return define(description, names)
        .form(operator + "(any, any) -> boolean", (a, t) -> compared(operator, form, a))
        .form(
            operator + "(stored interval, interval) -> boolean",
            (a, t) -> compared(operator, form, a))
        .form(
            operator + "(interval, stored interval) -> boolean",
            (a, t) -> compared(operator, form, a));
  }

  private static Expr in(List<Expr> arguments) {
    String list =
        IntStream.range(1, arguments.size())
            .mapToObj(i -> "{" + i + "}")
            .collect(Collectors.joining(", "));
    return compared("in", "({0} IN (" + list + "))", arguments);
  }

  private static Expr joined(String operator, List<Expr> arguments) {
    String word = " " + operator.toUpperCase(Locale.ROOT) + " ";
    String form =
        IntStream.range(0, arguments.size())
            .mapToObj(i -> "{" + i + "}")
            .collect(Collectors.joining(word, "(", ")"));
    return new Expr.Call(new ScalarFunction(operator, form), arguments, BOOLEAN);
  }

  private static boolean isOrder(String name) {
    return name.startsWith("<") && !name.equals("<>")
        || name.startsWith(">")
        || name.equals("between");
  }

  private static Expr compared(String name, String form, List<Expr> given) {
    List<Expr> values = IntervalValues.compared(given).orElse(given);
    Type type =
        Coercion.comparable(values)
            .orElseThrow(
                () ->
                    FunctionException.wrongArguments(
                        "'"
                            + name
                            + "' compares values of one kind, not "
                            + SqlFunction.given(values)));
    Type known = type.typeId() == Type.TypeID.UNKNOWN ? Types.StringType.get() : type;
    return new Expr.Call(
        new ScalarFunction(name, form),
        values.stream()
            .map(value -> Coercion.to(value, known))
            .map(value -> isOrder(name) ? NestedOrder.of(value) : NestedOrder.equal(value))
            .toList(),
        BOOLEAN);
  }
}
