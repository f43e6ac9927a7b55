package io.bergview.projection.function;

import static java.util.Objects.requireNonNull;

import io.bergview.projection.plan.AggregateCall.AggregateFunction;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.PlanColumn;
import io.bergview.projection.plan.SortOrder;
import java.util.List;
import java.util.function.BiFunction;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * Aggregates that are composed of those of plans, as the aggregates of the view language are, so
 * that a group's value follows from its earlier one and the rows that changed.
 */
final class ComposedAggregates {
  private static final Type LONG = Types.LongType.get();
  private static final Type DOUBLE = Types.DoubleType.get();
  private static final Type BOOLEAN = Types.BooleanType.get();

  /** The value of a group, of an argument as the signature takes it. */
  private interface Grouped {
    Expr value(GroupParts parts, Expr argument, boolean distinct);
  }

  private interface Framed {
    WindowParts of(Expr argument);
  }

  /**
   * @param signatures of one parameter, or of none, for which a constant stands
   */
  private record Definition(
      FunctionDocs docs, List<Signature> signatures, Grouped grouped, Framed framed)
      implements AggregateDefinition {
    Definition {
      requireNonNull(docs, "docs is null");
      signatures = List.copyOf(signatures);
      requireNonNull(grouped, "grouped is null");
      requireNonNull(framed, "framed is null");
    }

    @Override
    public String name() {
      return docs.names().get(0);
    }

    @Override
    public AggregateParts bind(
        String label,
        List<Expr> arguments,
        boolean distinct,
        List<SortOrder> orderBy,
        BiFunction<String, Type, PlanColumn> columns) {
      GroupParts parts = new GroupParts(label, columns);
      Expr value = grouped.value(parts, argument(arguments), distinct);
      return new AggregateParts(parts.calls(), value);
    }

    @Override
    public WindowParts overWindow(List<Expr> arguments) {
      return framed.of(argument(arguments));
    }

    private Expr argument(List<Expr> arguments) {
      List<Expr> converted = NamedDefinition.converted(name(), signatures, arguments);
      return converted.isEmpty() ? new Expr.Constant(true, BOOLEAN) : converted.get(0);
    }
  }

  private ComposedAggregates() {}

  private static AggregateDefinition define(
      String signatures,
      String description,
      String example,
      String value,
      Grouped grouped,
      Framed framed,
      String... names) {
    String spark = example.startsWith("any_value") ? "" : example;
    List<String> written = List.of(signatures.split("; "));
    FunctionDocs docs =
        new FunctionDocs(
            List.of(names),
            written,
            description,
            List.of(new FunctionExample(example, value, spark)));
    return new Definition(docs, written.stream().map(Signature::parse).toList(), grouped, framed);
  }

  static List<AggregateDefinition> all() {
    return List.of(
        define(
            "count_star() -> long",
            "`count(*)`: the number of rows.",
            "count(*) of 5, 5, NULL",
            "3",
            (parts, argument, distinct) -> parts.rows(),
            argument -> GroupValues.window("count_star", "count(*)", List.of(), LONG),
            "count_star"),
        define(
            "count(any) -> long; count() -> long",
            "The number of values that are not NULL; with `DISTINCT`, of different ones; without an"
                + " argument, of rows.",
            "count(x) of 5, 5, NULL",
            "2",
            (parts, argument, distinct) ->
                distinct
                    ? GroupValues.countDistinct(parts, argument)
                    : GroupValues.count(parts, argument),
            argument -> GroupValues.window("count", "count({0})", List.of(argument), LONG),
            "count"),
        define(
            "approx_count_distinct(any) -> long",
            "The number of different values that are not NULL. It is exact, since an estimate could"
                + " not be kept up to date.",
            "approx_count_distinct(x) of 5, 5, NULL",
            "1",
            (parts, argument, distinct) -> GroupValues.countDistinct(parts, argument),
            argument -> GroupValues.window("count", "count(DISTINCT {0})", List.of(argument), LONG),
            "approx_count_distinct",
            "approx_distinct"),
        define(
            "count_if(boolean) -> long",
            "The number of rows for which the test is true.",
            "count_if(x > 4) of 5, 3, NULL",
            "1",
            (parts, argument, distinct) -> parts.count(GroupValues.whereTrue(argument)),
            argument ->
                GroupValues.window(
                    "count", "count({0})", List.of(GroupValues.whereTrue(argument)), LONG),
            "count_if",
            "countif"),
        define(
            "sum(number) -> number",
            "The sum of the values that are not NULL: `long` of whole numbers, `decimal(p+10,s)` of"
                + " decimals, both exact; `double` of floating-point numbers. NULL of none.",
            "sum(x) of 5, 5, NULL",
            "10",
            GroupValues::sum,
            GroupValues::sumOver,
            "sum"),
        define(
            "avg(number) -> number",
            "The mean of the values that are not NULL: `decimal(p+4,s+4)` of decimals, exact and"
                + " rounded half up; else `double`. NULL of none.",
            "avg(x) of 5, 6, NULL",
            "5.5",
            GroupValues::average,
            GroupValues::averageOver,
            "avg",
            "mean"),
        extreme("min", "The least value that is not NULL.", "3", AggregateFunction.MIN, "min"),
        extreme(
            "max",
            "The greatest value that is not NULL. NaN is greater than every number.",
            "5",
            AggregateFunction.MAX,
            "max"),
        extreme(
            "any_value",
            "A value that is not NULL: the least one, so that it is always the same.",
            "3",
            AggregateFunction.MIN,
            "any_value",
            "arbitrary"),
        truth(
            "bool_and",
            "Whether all values that are not NULL are true.",
            "false",
            AggregateFunction.MIN,
            "bool_and",
            "every",
            "booland_agg"),
        truth(
            "bool_or",
            "Whether one of the values is true.",
            "true",
            AggregateFunction.MAX,
            "bool_or",
            "some",
            "any",
            "boolor_agg"),
        variance(
            "var_samp",
            "The variance of a sample; NULL of fewer than two values.",
            "2.0",
            true,
            false,
            "variance"),
        variance("var_pop", "The variance of a population.", "1.0", false, false),
        variance(
            "stddev_samp",
            "The standard deviation of a sample; NULL of fewer than two values.",
            "1.4142135623730951",
            true,
            true,
            "stddev",
            "std"),
        variance("stddev_pop", "The standard deviation of a population.", "1.0", false, true));
  }

  private static AggregateDefinition extreme(
      String name, String description, String value, AggregateFunction kind, String... names) {
    return define(
        name + "(T) -> T",
        description,
        name + "(x) of 5, 3, NULL",
        value,
        (parts, argument, distinct) -> GroupValues.extreme(parts, kind, argument),
        argument ->
            GroupValues.window(
                name,
                (kind == AggregateFunction.MIN ? "min" : "max") + "({0})",
                List.of(GroupValues.ordered(name, argument)),
                argument.type()),
        names);
  }

  private static AggregateDefinition truth(
      String name, String description, String value, AggregateFunction kind, String... names) {
    return define(
        name + "(boolean) -> boolean",
        description,
        name + "(x > 4) of 5, 3, NULL",
        value,
        (parts, argument, distinct) -> parts.call(kind, argument, BOOLEAN),
        argument -> GroupValues.window(name, name + "({0})", List.of(argument), BOOLEAN),
        names);
  }

  private static AggregateDefinition variance(
      String name,
      String description,
      String value,
      boolean sample,
      boolean root,
      String... aliases) {
    String[] names = new String[aliases.length + 1];
    names[0] = name;
    System.arraycopy(aliases, 0, names, 1, aliases.length);
    return define(
        name + "(double) -> double",
        description,
        name + "(x) of 3, 5, NULL",
        value,
        (parts, argument, distinct) -> {
          if (distinct) {
            return GroupValues.distinct(parts, name, argument, DOUBLE);
          }
          Expr variance = GroupValues.variance(parts, argument, sample);
          return root ? new Expr.SquareRoot(variance) : variance;
        },
        argument -> GroupValues.window(name, name + "({0})", List.of(argument), DOUBLE),
        names);
  }
}
