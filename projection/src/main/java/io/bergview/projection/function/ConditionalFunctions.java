package io.bergview.projection.function;

import static io.bergview.projection.function.SqlFunction.define;

import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.ScalarFunction;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** Functions that choose among values. */
final class ConditionalFunctions {
  private ConditionalFunctions() {}

  static List<SqlFunction> all() {
    return List.of(
        define(
                "`CASE WHEN test THEN value ... ELSE value END`: the value of the first test that"
                    + " is true. All values have one type.",
                "case")
            .form("case(any...) -> any", (a, t) -> cases(a))
            .example("CASE WHEN 1 > 2 THEN 'more' ELSE 'less' END", "less")
            .example(
                "CASE WHEN NULL THEN 1 END", "NULL", "CASE WHEN CAST(NULL AS BOOLEAN) THEN 1 END"),
        define("The first value that is not NULL.", "coalesce")
            .form("coalesce(T...) -> T", "coalesce({*})")
            .example("coalesce(NULL, 2, 3)", "2")
            .example("coalesce(NULL, NULL)", "NULL"),
        define("The first value, or the second where the first is NULL.", "ifnull", "nvl")
            .form("ifnull(T, T) -> T", "coalesce({*})")
            .example("ifnull(NULL, 'none')", "none"),
        define("The second value where the first is not NULL, else the third.", "nvl2")
            .form("nvl2(any, T, T) -> T", "CASE WHEN {0} IS NOT NULL THEN {1} ELSE {2} END")
            .example("nvl2(NULL, 1, 2)", "2"),
        define("The first value, but NULL where it equals the second.", "nullif")
            .form("nullif(T, T) -> T", "nullif({0}, {1})")
            .example("nullif('', '')", "NULL")
            .example("nullif(1, 2)", "1"),
        define("The second value where the test is true, else the third.", "if", "iff")
            .form("if(boolean, T, T) -> T", "CASE WHEN {0} THEN {1} ELSE {2} END")
            .example("if(1 > 2, 'more', 'less')", "less"),
        define(
                "The greatest value that is not NULL. NaN is greater than every number.",
                "greatest",
                "greatest_ignore_nulls")
            .form("greatest(T...) -> T", (a, t) -> extreme("greatest", a, t))
            .example("greatest(1, NULL, 3)", "3"),
        define("The least value that is not NULL.", "least", "least_ignore_nulls")
            .form("least(T...) -> T", (a, t) -> extreme("least", a, t))
            .example("least(1, NULL, 3)", "1"));
  }

  private static Expr extreme(String name, List<Expr> values, Type type) {
    String form = name + "({*})";
    if (!type.isPrimitiveType()) {
      form = NestedOrder.first(name.equals("least") ? "ASC" : "DESC", type, values.size());
    }
    return new Expr.Call(
        new ScalarFunction(name, form), values.stream().map(SqlFunction::typed).toList(), type);
  }

  private static Expr cases(List<Expr> arguments) {
    int tests = arguments.size() / 2;
    boolean otherwise = arguments.size() % 2 == 1;
    if (tests == 0) {
      throw FunctionException.wrongArguments("CASE needs at least one WHEN");
    }
    List<Expr> values = new ArrayList<>();
    for (int i = 0; i < tests; i++) {
      values.add(arguments.get(2 * i + 1));
    }
    if (otherwise) {
      values.add(arguments.get(arguments.size() - 1));
    }
    Type type =
        Coercion.common(values)
            .orElseThrow(
                () ->
                    FunctionException.wrongArguments(
                        "the values of CASE must be of one kind, not "
                            + SqlFunction.given(values)));
    Type known = type.typeId() == Type.TypeID.UNKNOWN ? Types.StringType.get() : type;
    List<Expr> converted = new ArrayList<>();
    StringBuilder form = new StringBuilder("CASE");
    for (int i = 0; i < tests; i++) {
      form.append(" WHEN {%d} THEN {%d}".formatted(2 * i, 2 * i + 1));
      converted.add(Coercion.to(arguments.get(2 * i), Types.BooleanType.get()));
      converted.add(Coercion.to(arguments.get(2 * i + 1), known));
    }
    if (otherwise) {
      form.append(" ELSE {%d}".formatted(2 * tests));
      converted.add(Coercion.to(arguments.get(2 * tests), known));
    }
    return new Expr.Call(new ScalarFunction("case", "(" + form + " END)"), converted, known);
  }
}
