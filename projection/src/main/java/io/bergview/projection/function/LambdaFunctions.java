package io.bergview.projection.function;

import static io.bergview.projection.function.LambdaFunction.parameter;
import static io.bergview.projection.function.LambdaFunction.parameterName;

import io.bergview.projection.function.LambdaFunction.Lambda;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.ScalarFunction;
import io.bergview.projection.plan.TypeShapes;
import io.bergview.projection.sql.DuckDbTypes;
import java.util.List;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** The functions that take lambdas, with Spark's rules for nulls. */
final class LambdaFunctions {
  private static final Type BOOLEAN = Types.BooleanType.get();
  private static final Type LONG = Types.LongType.get();

  private LambdaFunctions() {}

  private static LambdaFunction define(
      String signatures,
      int values,
      int lambdas,
      String description,
      FunctionExample example,
      LambdaFunction.Form form,
      String... names) {
    return new LambdaFunction(
        new FunctionDocs(
            List.of(names), List.of(signatures.split("; ")), description, List.of(example)),
        values,
        lambdas,
        form);
  }

  static List<LambdaFunction> all() {
    return List.of(
        define(
            "list_transform(list, lambda) -> list",
            1,
            1,
            "What an expression makes of each element, `x -> x + 1` or `lambda x : x + 1`; of two"
                + " parameters, the second is the element's position, from 1. `[x + 1 for x in"
                + " list if x > 1]` is the same with `list_filter`.",
            new FunctionExample(
                "list_transform([1, NULL], x -> x + 1)",
                "[2, NULL]",
                "transform(array(1, NULL), x -> x + 1)"),
            (values, lambdas, depth) -> transformed(values.get(0), lambdas.get(0), depth, 0),
            "list_transform",
            "list_apply",
            "array_transform",
            "array_apply"),
        define(
            "transform(list, lambda) -> list",
            1,
            1,
            "As `list_transform`; of two parameters, the second is the position from 0, as in"
                + " Spark.",
            new FunctionExample(
                "transform([5, 7], (x, i) -> x + i)",
                "[5, 8]",
                "transform(array(5, 7), (x, i) -> x + i)"),
            (values, lambdas, depth) -> transformed(values.get(0), lambdas.get(0), depth, 1),
            "transform"),
        define(
            "list_filter(list, lambda) -> list",
            1,
            1,
            "The elements for which a condition is true; of two parameters, the second is the"
                + " element's position, from 1.",
            new FunctionExample(
                "list_filter([1, NULL, 3], x -> x > 1)",
                "[3]",
                "filter(array(1, NULL, 3), x -> x > 1)"),
            (values, lambdas, depth) -> filtered(values.get(0), lambdas.get(0), depth, 0),
            "list_filter",
            "array_filter"),
        define(
            "filter(list, lambda) -> list",
            1,
            1,
            "As `list_filter`; of two parameters, the second is the position from 0, as in Spark.",
            new FunctionExample(
                "filter([5, 7], (x, i) -> i > 0)", "[7]", "filter(array(5, 7), (x, i) -> i > 0)"),
            (values, lambdas, depth) -> filtered(values.get(0), lambdas.get(0), depth, 1),
            "filter"),
        define(
            "any_match(list, lambda) -> boolean",
            1,
            1,
            "Whether a condition is true for an element; NULL where it is true for none and NULL"
                + " for one.",
            new FunctionExample(
                "any_match([1, NULL, 3], x -> x > 2)",
                "true",
                "exists(array(1, NULL, 3), x -> x > 2)"),
            (values, lambdas, depth) -> matched(values.get(0), lambdas.get(0), depth, true),
            "any_match",
            "array_exists"),
        define(
            "all_match(list, lambda) -> boolean",
            1,
            1,
            "Whether a condition is true for every element; NULL where it is false for none and"
                + " NULL for one.",
            new FunctionExample(
                "all_match([1, NULL], x -> x > 0)", "NULL", "forall(array(1, NULL), x -> x > 0)"),
            (values, lambdas, depth) -> not(matched(values.get(0), lambdas.get(0), depth, false)),
            "all_match",
            "forall"),
        define(
            "none_match(list, lambda) -> boolean",
            1,
            1,
            "Whether a condition is true for no element; NULL where it is NULL for one.",
            new FunctionExample(
                "none_match([1, 2], x -> x > 2)", "true", "NOT exists(array(1, 2), x -> x > 2)"),
            (values, lambdas, depth) -> not(matched(values.get(0), lambdas.get(0), depth, true)),
            "none_match"),
        define(
            "reduce(list, any, lambda) -> any; reduce(list, any, lambda, lambda) -> any",
            2,
            2,
            "What the elements add up to, one after another, from an initial value: `(sum, x) ->"
                + " sum + x`. A further lambda is applied to the result. DuckDB's order, the"
                + " initial value last, is taken too.",
            new FunctionExample(
                "reduce([1, 2], 10, (sum, x) -> sum + x)",
                "13",
                "aggregate(array(1, 2), 10, (sum, x) -> sum + x)"),
            LambdaFunctions::reduced,
            "reduce",
            "aggregate",
            "list_reduce",
            "array_reduce"),
        define(
            "transform_values(map, lambda) -> map",
            1,
            1,
            "The map with the values that an expression makes of its keys and values.",
            new FunctionExample(
                "transform_values(MAP {'a': 1}, (k, v) -> v + 1)",
                "{a=2}",
                "transform_values(map('a', 1), (k, v) -> v + 1)"),
            LambdaFunctions::transformedValues,
            "transform_values"),
        define(
            "map_filter(map, lambda) -> map",
            1,
            1,
            "The entries of the map for whose keys and values a condition is true.",
            new FunctionExample(
                "map_filter(MAP {'a': 1, 'b': 2}, (k, v) -> v > 1)",
                "{b=2}",
                "map_filter(map('a', 1, 'b', 2), (k, v) -> v > 1)"),
            LambdaFunctions::filteredEntries,
            "map_filter"));
  }

  /**
   * @param first the position of the first element, less one
   */
  private static Expr transformed(Expr given, Lambda lambda, int depth, int first) {
    Expr list = list(given);
    Expr body = typed(lambda.body(elements(list, lambda, depth, first)));
    return new Expr.Call(
        new ScalarFunction(
            "list_transform", "list_transform({0}, lambda " + names(lambda, depth) + ": {1})"),
        List.of(list, body),
        TypeShapes.listOf(body.type()));
  }

  private static Expr filtered(Expr given, Lambda lambda, int depth, int first) {
    Expr list = list(given);
    Expr body = condition(lambda.body(elements(list, lambda, depth, first)));
    return new Expr.Call(
        new ScalarFunction(
            "list_filter", "list_filter({0}, lambda " + names(lambda, depth) + ": {1})"),
        List.of(list, body),
        list.type());
  }

  private static Expr matched(Expr given, Lambda lambda, int depth, boolean value) {
    Expr list = list(given);
    Expr body = condition(lambda.body(elements(list, lambda, depth, 0)));
    Expr tests =
        new Expr.Call(
            new ScalarFunction(
                "list_transform", "list_transform({0}, lambda " + names(lambda, depth) + ": {1})"),
            List.of(list, body),
            TypeShapes.listOf(BOOLEAN));
    return Functions.bound("list_contains", List.of(tests, new Expr.Constant(value, BOOLEAN)));
  }

  private static Expr not(Expr value) {
    return Functions.bound("not", List.of(value));
  }

  private static String names(Lambda lambda, int depth) {
    return lambda.parameters() == 1
        ? parameterName(depth, 1)
        : parameterName(depth, 1) + ", " + parameterName(depth, 2);
  }

  private static List<Expr> elements(Expr list, Lambda lambda, int depth, int first) {
    Expr element = parameter(depth, 1, list.type().asListType().elementType());
    if (lambda.parameters() == 1) {
      return List.of(element);
    }
    Expr position =
        first == 0
            ? parameter(depth, 2, LONG)
            : parameter("(" + parameterName(depth, 2) + " - 1)", LONG);
    return List.of(element, position);
  }

  /**
   * DuckDB reduces to what the elements are. So each is made a struct of an accumulated value and
   * an element, of which one is NULL.
   */
  private static Expr reduced(List<Expr> values, List<Lambda> lambdas, int depth) {
    Expr list = list(values.get(0));
    Type element = list.type().asListType().elementType();
    Type type = typed(values.get(1)).type();
    Expr body = step(lambdas.get(0), type, element, depth);
    if (!body.type().equals(type)) {
      type =
          Coercion.common(List.of(new Expr.Constant(null, type), body))
              .map(common -> Coercion.common(List.of(values.get(1), body)).orElse(common))
              .orElseThrow(() -> unlike(body.type(), values.get(1).type()));
      Expr again = step(lambdas.get(0), type, element, depth);
      if (Coercion.cost(again, type).isEmpty()) {
        throw unlike(again.type(), type);
      }
      return finished(list, values.get(1), Coercion.to(again, type), lambdas, depth);
    }
    return finished(list, values.get(1), body, lambdas, depth);
  }

  private static FunctionException unlike(Type body, Type initial) {
    return FunctionException.wrongArguments(
        "the lambda of reduce gives %s, of a value that is %s; cast the initial value"
            .formatted(Coercion.shown(body), Coercion.shown(initial)));
  }

  private static Expr step(Lambda lambda, Type type, Type element, int depth) {
    return typed(
        lambda.body(
            List.of(
                parameter(parameterName(depth, 1) + ".a", type),
                parameter(parameterName(depth, 2) + ".e", element))));
  }

  private static Expr finished(
      Expr list, Expr initial, Expr body, List<Lambda> lambdas, int depth) {
    String none = "CAST(NULL AS %s)";
    String noElement = none.formatted(DuckDbTypes.sqlType(list.type().asListType().elementType()));
    String value = none.formatted(DuckDbTypes.sqlType(body.type()));
    String one = parameterName(depth, 1);
    String form =
        "list_reduce(list_transform({0}, lambda %1$s: struct_pack(a := %2$s, e := %1$s)), lambda"
                .formatted(one, value)
            + " %s, %s: struct_pack(a := {2}, e := %s), struct_pack(a := {1}, e := %3$s)).a"
                .formatted(one, parameterName(depth, 2), noElement);
    Expr reduced =
        new Expr.Call(
            new ScalarFunction("reduce", form),
            List.of(list, Coercion.to(initial, body.type()), body),
            body.type());
    return lambdas.size() == 1 ? reduced : lambdas.get(1).body(List.of(reduced));
  }

  private static Expr transformedValues(List<Expr> values, List<Lambda> lambdas, int depth) {
    Expr map = map(values.get(0));
    Expr body = typed(lambdas.get(0).body(entry(map, depth)));
    String one = parameterName(depth, 1);
    return new Expr.Call(
        new ScalarFunction(
            "transform_values",
            "map_from_entries(list_transform(map_entries({0}), lambda %1$s: struct_pack(k :="
                    .formatted(one)
                + " %s.key, v := {1})))".formatted(one)),
        List.of(map, body),
        TypeShapes.mapOf(map.type().asMapType().keyType(), body.type()));
  }

  private static Expr filteredEntries(List<Expr> values, List<Lambda> lambdas, int depth) {
    Expr map = map(values.get(0));
    Expr body = condition(lambdas.get(0).body(entry(map, depth)));
    return new Expr.Call(
        new ScalarFunction(
            "map_filter",
            "map_from_entries(list_filter(map_entries({0}), lambda %s: {1}))"
                .formatted(parameterName(depth, 1))),
        List.of(map, body),
        map.type());
  }

  private static List<Expr> entry(Expr map, int depth) {
    Types.MapType type = map.type().asMapType();
    String one = parameterName(depth, 1);
    return List.of(
        parameter(one + ".key", type.keyType()), parameter(one + ".value", type.valueType()));
  }

  private static Expr list(Expr given) {
    if (Coercion.isUntyped(given)) {
      return new Expr.Constant(null, TypeShapes.listOf(Types.StringType.get()));
    }
    if (!given.type().isListType()) {
      throw FunctionException.wrongArguments(
          "a lambda is over the elements of a list; this is " + Coercion.shown(given.type()));
    }
    return given;
  }

  private static Expr map(Expr given) {
    if (!given.type().isMapType()) {
      throw FunctionException.wrongArguments(
          "the lambda is over the entries of a map; this is " + Coercion.shown(given.type()));
    }
    return given;
  }

  private static Expr typed(Expr value) {
    if (value.type().equals(Intervals.TYPE)) {
      throw FunctionException.unsupported("a lambda that gives an interval is not supported");
    }
    return SqlFunction.typed(value);
  }

  private static Expr condition(Expr value) {
    if (Coercion.isNull(value)) {
      return new Expr.Constant(null, BOOLEAN);
    }
    if (!value.type().equals(BOOLEAN)) {
      throw FunctionException.wrongArguments(
          "the lambda needs a condition, which is true or false; this is "
              + Coercion.shown(value.type()));
    }
    return value;
  }
}
