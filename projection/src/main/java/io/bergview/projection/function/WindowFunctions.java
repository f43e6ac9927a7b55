package io.bergview.projection.function;

import static java.util.Objects.requireNonNull;

import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.ScalarFunction;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** The window functions that are not aggregates. */
final class WindowFunctions {
  private static final Type LONG = Types.LongType.get();
  private static final Type DOUBLE = Types.DoubleType.get();

  private WindowFunctions() {}

  /** A call, of arguments whose number is right. */
  private interface Binding {
    WindowParts bind(List<Expr> arguments);
  }

  private record Definition(FunctionDocs docs, int least, int most, Binding binding)
      implements WindowDefinition {
    Definition {
      requireNonNull(docs, "docs is null");
      requireNonNull(binding, "binding is null");
    }

    @Override
    public String name() {
      return docs.names().get(0);
    }

    @Override
    public WindowParts bind(List<Expr> arguments) {
      if (arguments.size() < least || arguments.size() > most) {
        throw FunctionException.wrongArguments(
            name()
                + " needs "
                + docs.signatures().stream()
                    .map(
                        signature -> signature.substring(name().length(), signature.indexOf(" ->")))
                    .collect(Collectors.joining(" or "))
                + ", not "
                + SqlFunction.given(arguments));
      }
      return binding.bind(arguments);
    }
  }

  static List<WindowDefinition> all() {
    List<WindowDefinition> all = new ArrayList<>();
    all.add(
        numbering(
            "row_number", LONG, "The number of the row in its partition, from 1.", "1, 2, 3"));
    all.add(
        numbering(
            "rank",
            LONG,
            "One more than the number of rows before the row and its peers.",
            "1, 2, 2"));
    all.add(
        numbering(
            "dense_rank",
            LONG,
            "One more than the number of different values before the row's.",
            "1, 2, 2"));
    all.add(numbering("percent_rank", DOUBLE, "`(rank - 1) / (rows - 1)`.", "0.0, 0.5, 0.5"));
    all.add(
        numbering(
            "cume_dist",
            DOUBLE,
            "The share of the rows that are not after the row.",
            "0.3333333333333333, 1.0, 1.0"));
    all.add(
        new Definition(
            docs(
                "ntile",
                "The number of the row's bucket, where a partition is divided into so many of equal"
                    + " size.",
                List.of("ntile(long) -> long"),
                "ntile(2)",
                "1, 1, 2"),
            1,
            1,
            arguments ->
                new WindowParts(
                    ScalarFunction.named("ntile"),
                    List.of(Coercion.to(arguments.get(0), LONG)),
                    LONG)));
    all.add(shifted("lag", "before", "NULL, 1, 2"));
    all.add(shifted("lead", "after", "2, 2, NULL"));
    all.add(
        value(
            "first_value",
            "The value of the first row of the frame; with `IGNORE NULLS`, of those not NULL.",
            "1, 1, 1",
            "first"));
    all.add(
        value(
            "last_value",
            "The value of the last row of the frame; with `IGNORE NULLS`, of those not NULL.",
            "1, 2, 2",
            "last"));
    all.add(
        new Definition(
            docs(
                "nth_value",
                "The value of the row of that number in the frame, from 1.",
                List.of("nth_value(T, long) -> T"),
                "nth_value(x, 2)",
                "NULL, 2, 2"),
            2,
            2,
            arguments ->
                new WindowParts(
                    ScalarFunction.named("nth_value"),
                    List.of(typed(arguments.get(0)), Coercion.to(arguments.get(1), LONG)),
                    typed(arguments.get(0)).type())));
    return all;
  }

  /** Over the rows 1, 2, 2 of a column x, ordered by it. */
  private static FunctionDocs docs(
      String name, String description, List<String> signatures, String call, String values) {
    return new FunctionDocs(
        List.of(name), signatures, description, List.of(new FunctionExample(call, values, call)));
  }

  private static Definition numbering(String name, Type type, String description, String values) {
    FunctionDocs docs =
        docs(
            name,
            description,
            List.of(name + "() -> " + Coercion.shown(type)),
            name + "()",
            values);
    return new Definition(
        docs, 0, 0, arguments -> new WindowParts(ScalarFunction.named(name), List.of(), type));
  }

  private static Definition shifted(String name, String where, String values) {
    FunctionDocs docs =
        docs(
            name,
            "The value of the row so many, by default one, "
                + where
                + " this one; the third argument, or NULL, where there is none. With `IGNORE NULLS`"
                + " only rows whose value is not NULL count.",
            List.of(name + "(T) -> T", name + "(T, long) -> T", name + "(T, long, T) -> T"),
            name + "(x)",
            values);
    return new Definition(docs, 1, 3, arguments -> shifted(name, arguments));
  }

  private static WindowParts shifted(String name, List<Expr> arguments) {
    List<Expr> converted = new ArrayList<>();
    Type type = typed(arguments.get(0)).type();
    if (arguments.size() == 3) {
      List<Expr> values = List.of(arguments.get(0), arguments.get(2));
      type =
          Coercion.common(values)
              .orElseThrow(
                  () ->
                      FunctionException.wrongArguments(
                          "the default of "
                              + name
                              + " must be of the type of its value, not "
                              + Coercion.shown(arguments.get(2).type())));
    }
    converted.add(Coercion.to(arguments.get(0), type));
    if (arguments.size() > 1) {
      converted.add(Coercion.to(arguments.get(1), LONG));
    }
    if (arguments.size() > 2) {
      converted.add(Coercion.to(arguments.get(2), type));
    }
    return new WindowParts(ScalarFunction.named(name), converted, type);
  }

  private static Definition value(String name, String description, String values, String function) {
    FunctionDocs docs = docs(name, description, List.of(name + "(T) -> T"), name + "(x)", values);
    return new Definition(
        docs,
        1,
        1,
        arguments ->
            new WindowParts(
                new ScalarFunction(function, name + "({0})"),
                List.of(typed(arguments.get(0))),
                typed(arguments.get(0)).type()));
  }

  private static Expr typed(Expr value) {
    return value.type().typeId() == Type.TypeID.UNKNOWN
        ? new Expr.Constant(null, Types.StringType.get())
        : value;
  }
}
