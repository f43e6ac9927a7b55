package io.bergview.projection.query;

import static io.bergview.projection.query.QueryBinder.at;
import static io.bergview.projection.query.QueryBinder.unsupported;

import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.errors.Suggestions;
import io.bergview.projection.function.AggregateDefinition;
import io.bergview.projection.function.Functions;
import io.bergview.projection.function.NumericTypes;
import io.bergview.projection.function.WindowParts;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.PlanColumn;
import io.bergview.projection.plan.QueryPlan;
import io.bergview.projection.plan.ScalarFunction;
import io.bergview.projection.plan.SortOrder;
import io.bergview.projection.plan.WindowCall;
import io.bergview.projection.syntax.SqlException;
import io.bergview.projection.syntax.SyntaxNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.types.Types;

/** Binds window functions; each becomes an operator over the plan so far. */
final class WindowBinder {
  /** Functions that may pass over nulls. */
  private static final Set<String> NULLS = Set.of("lead", "lag", "first", "last", "nth_value");

  private final QueryBinder queries;
  private final ExpressionBinder binder;
  private final Building building;
  private String frame = "";

  WindowBinder(QueryBinder queries, ExpressionBinder binder, Building building) {
    this.queries = queries;
    this.binder = binder;
    this.building = building;
  }

  Expr bind(SyntaxNode node) {
    if (node.bool("distinct")) {
      throw unsupported(node, "DISTINCT in a window function", "");
    }
    List<Expr> arguments = new ArrayList<>(binder.bind(ExpressionBinder.arguments(node)));
    node.child("offset_expr").ifPresent(offset -> arguments.add(binder.bind(offset)));
    node.child("default_expr").ifPresent(value -> arguments.add(binder.bind(value)));
    String name = node.string("function_name").toLowerCase(Locale.ROOT);
    Optional<Expr> filter = node.child("filter_expr").map(binder::condition);
    List<Expr> partition =
        binder.bind(node.children("partitions")).stream().map(Calls::key).toList();
    List<SortOrder> order = OrderBinder.orders(node.children("orders"), binder::bind);
    frame = WindowFrame.of(node, order);
    List<WindowCall> calls = new ArrayList<>();
    Expr value = value(name, arguments, filter, node, calls);
    building.become(new QueryPlan.Window(building.plan(), partition, order, calls));
    return value;
  }

  /** The value of a row by calls over its window. */
  private Expr value(
      String name,
      List<Expr> arguments,
      Optional<Expr> filter,
      SyntaxNode node,
      List<WindowCall> calls) {
    boolean average =
        Functions.aggregate(name).filter(found -> found.name().equals("avg")).isPresent();
    if (average
        && arguments.size() == 1
        && arguments.get(0).type() instanceof Types.DecimalType decimal) {
      return new Expr.ExactAverage(
          call("sum", arguments, filter, node, calls),
          call("count", arguments, filter, node, calls),
          NumericTypes.average(decimal));
    }
    return call(name, arguments, filter, node, calls);
  }

  private Expr.Ref call(
      String name,
      List<Expr> given,
      Optional<Expr> filter,
      SyntaxNode node,
      List<WindowCall> calls) {
    List<Expr> arguments = new ArrayList<>(given);
    boolean rowsFiltered =
        filter.isPresent()
            && Functions.aggregate(name).filter(AggregateDefinition::takesFilter).isPresent();
    if (filter.isPresent() && !rowsFiltered) {
      if (arguments.isEmpty()) {
        arguments.add(Calls.TRUE);
      }
      arguments.set(0, Grouping.where(filter.get(), arguments.get(0), node));
    }
    boolean counted = name.equals("count_star") && !arguments.isEmpty();
    WindowParts parts = parts(counted ? "count" : name, arguments, node);
    ScalarFunction function = parts.function();
    List<Expr> values = new ArrayList<>(parts.arguments());
    if (rowsFiltered) {
      function = function.where(values.size());
      values.add(filter.get());
    }
    if (node.bool("ignore_nulls")) {
      function = ignoringNulls(function, node);
    }
    PlanColumn column = queries.ids().next(name, parts.type());
    calls.add(ordered(new WindowCall(column, function, values, frame), node));
    return new Expr.Ref(column);
  }

  private static WindowParts parts(String name, List<Expr> arguments, SyntaxNode node) {
    if (Functions.window(name).isPresent()) {
      return at(node, () -> Functions.window(name).get().bind(arguments));
    }
    if (Functions.aggregate(name).isPresent()) {
      return at(node, () -> Functions.aggregate(name).get().overWindow(arguments));
    }
    throw new SqlException(
        ProblemKind.UNKNOWN_FUNCTION,
        node.offset(),
        "there is no window function '%s'%s"
            .formatted(name, Suggestions.didYouMean(name, Functions.names())));
  }

  private static ScalarFunction ignoringNulls(ScalarFunction function, SyntaxNode node) {
    if (!NULLS.contains(function.name())) {
      throw unsupported(
          node,
          "IGNORE NULLS in " + function.name(),
          "; it stands in lead, lag, first_value, last_value and nth_value");
    }
    return WindowTies.ignoringNulls(function);
  }

  /** The call with the order that it has in its parentheses, if the order matters to it. */
  private WindowCall ordered(WindowCall call, SyntaxNode node) {
    List<SyntaxNode> items = node.children("arg_orders");
    if (call.function().name().equals("lag") || call.function().name().equals("lead")) {
      if (!items.isEmpty()) {
        throw unsupported(
            node, "ORDER BY within " + call.function().name(), "; put it into OVER (...)");
      }
    }
    return WindowTies.isOrdered(call.function().name())
        ? WindowTies.ordered(call, OrderBinder.orders(items, binder::bind))
        : call;
  }
}
