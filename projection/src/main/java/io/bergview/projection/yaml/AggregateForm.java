package io.bergview.projection.yaml;

import io.bergview.projection.definition.Aggregate;
import io.bergview.projection.definition.Aggregate.Function;
import io.bergview.projection.definition.ColumnPath;
import io.bergview.projection.definition.SqlExpression;
import io.bergview.projection.definition.ValueExpression;
import io.bergview.projection.function.AggregateDefinition;
import io.bergview.projection.function.Functions;
import io.bergview.projection.syntax.SyntaxNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A call of an aggregate as an entry of {@code $compute}. */
final class AggregateForm {
  private static final Map<String, Function> FUNCTIONS =
      Map.ofEntries(
          Map.entry("count", Function.COUNT),
          Map.entry("sum", Function.SUM),
          Map.entry("avg", Function.AVG),
          Map.entry("min", Function.MIN),
          Map.entry("max", Function.MAX),
          Map.entry("mode", Function.MODE),
          Map.entry("stddev_samp", Function.STDDEV),
          Map.entry("var_samp", Function.VARIANCE),
          Map.entry("stddev_pop", Function.STDDEV_POP),
          Map.entry("var_pop", Function.VARIANCE_POP),
          Map.entry("approx_count_distinct", Function.COUNT_DISTINCT),
          Map.entry("first", Function.FIRST),
          Map.entry("last", Function.LAST));

  private final SyntaxNode call;
  private final String at;
  private final String name;
  private final List<SyntaxNode> arguments;
  private final Optional<SyntaxNode> filter;
  private final List<SyntaxNode> orders;

  private AggregateForm(SyntaxNode call, String at) {
    this.call = call;
    this.at = at;
    this.name =
        Functions.aggregate(call.string("function_name").toLowerCase(Locale.ROOT))
            .map(AggregateDefinition::name)
            .orElseThrow();
    this.arguments = ExpressionText.arguments(call);
    this.filter = call.child("filter");
    this.orders =
        call.child("order_bys").map(orderBy -> orderBy.children("orders")).orElse(List.of());
  }

  /**
   * @param call over paths
   * @param output the name of its output
   */
  static Aggregate of(SyntaxNode call, String output) {
    return new AggregateForm(call, "$compute." + output).aggregate();
  }

  private Aggregate aggregate() {
    if (name.equals("count_star") || name.equals("count") && arguments.isEmpty()) {
      return filter.isEmpty()
          ? new Aggregate(Function.COUNT, Optional.empty(), List.of(), at)
          : of(Function.COUNT, where("1"));
    }
    if (name.equals("count_if") && filter.isEmpty()) {
      return of(Function.COUNT, expression(when(arguments.get(0), "1")));
    }
    Function function = FUNCTIONS.get(name);
    if (function == null || arguments.size() != 1) {
      throw new NoYamlFormException("the aggregate " + name);
    }
    if (function == Function.FIRST || function == Function.LAST) {
      return ordered(function);
    }
    if (!orders.isEmpty()) {
      throw new NoYamlFormException("ORDER BY in " + name);
    }
    ValueExpression argument =
        filter.isEmpty() ? value(arguments.get(0)) : where(ExpressionText.of(arguments.get(0)));
    return of(call.bool("distinct") ? distinct(function) : function, argument);
  }

  private Aggregate of(Function function, ValueExpression argument) {
    return new Aggregate(function, Optional.of(argument), List.of(), at);
  }

  private Function distinct(Function function) {
    return switch (function) {
      case COUNT, COUNT_DISTINCT -> Function.COUNT_DISTINCT;
      case MIN, MAX -> function;
      default -> throw new NoYamlFormException(name + " of DISTINCT values");
    };
  }

  private ValueExpression value(SyntaxNode argument) {
    return argument.nodeClass().equals("COLUMN_REF")
        ? new ValueExpression.Column(new ColumnPath(argument.strings("column_names"), at))
        : expression(ExpressionText.of(argument));
  }

  private ValueExpression where(String value) {
    return expression(when(filter.orElseThrow(), value));
  }

  private static String when(SyntaxNode condition, String value) {
    return "CASE WHEN %s THEN %s END".formatted(ExpressionText.of(condition), value);
  }

  private ValueExpression expression(String text) {
    return new ValueExpression.Sql(new SqlExpression(text, at + "." + SqlExpression.KEY));
  }

  /**
   * The first or last value of an order in which rows that come equal have the same value: there
   * the two languages go on by different columns.
   */
  private Aggregate ordered(Function function) {
    SyntaxNode argument = arguments.get(0);
    if (filter.isPresent() || call.bool("distinct") || !argument.nodeClass().equals("COLUMN_REF")) {
      throw new NoYamlFormException(name + " of what is no column of all rows");
    }
    ColumnPath value = new ColumnPath(argument.strings("column_names"), at);
    List<ColumnPath> by = new ArrayList<>();
    for (SyntaxNode order : orders) {
      SyntaxNode column = order.required("expression");
      boolean ascending = !order.type().contains("DESC");
      boolean nullsFirst = !order.string("null_order").contains("LAST");
      if (!column.nodeClass().equals("COLUMN_REF") || !ascending || !nullsFirst) {
        throw new NoYamlFormException(name + " in another order than that of columns, ascending");
      }
      by.add(new ColumnPath(column.strings("column_names"), at));
    }
    if (!by.contains(value)) {
      if (function == Function.FIRST) {
        throw new NoYamlFormException("first of values that come equal in its order, NULLs last");
      }
      by.add(value);
    }
    return new Aggregate(
        function,
        Optional.of(new ValueExpression.Column(value)),
        by.subList(0, by.indexOf(value) + 1),
        at);
  }
}
