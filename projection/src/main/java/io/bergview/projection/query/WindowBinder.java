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
import org.apache.iceberg.types.Types;

/** Binds window functions; each becomes an operator over the plan so far. */
final class WindowBinder {
  private final QueryBinder queries;
  private final ExpressionBinder binder;
  private final Building building;

  WindowBinder(QueryBinder queries, ExpressionBinder binder, Building building) {
    this.queries = queries;
    this.binder = binder;
    this.building = building;
  }

  Expr bind(SyntaxNode node) {
    if (node.bool("distinct")) {
      throw unsupported(node, "DISTINCT in a window function", "");
    }
    if (node.bool("ignore_nulls")) {
      throw unsupported(node, "IGNORE NULLS", "");
    }
    if (!node.string("exclude_clause").isEmpty()
        && !node.string("exclude_clause").equals("NO_OTHER")) {
      throw unsupported(node, "EXCLUDE of a window frame", "");
    }
    List<Expr> arguments = new ArrayList<>(binder.bind(ExpressionBinder.arguments(node)));
    node.child("offset_expr").ifPresent(offset -> arguments.add(binder.bind(offset)));
    node.child("default_expr").ifPresent(value -> arguments.add(binder.bind(value)));
    String name = node.string("function_name").toLowerCase(Locale.ROOT);
    Optional<Expr> filter = node.child("filter_expr").map(binder::condition);
    List<Expr> partition =
        binder.bind(node.children("partitions")).stream().map(Calls::key).toList();
    List<SortOrder> order = OrderBinder.orders(node.children("orders"), binder::bind);
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
    PlanColumn column = queries.ids().next(name, parts.type());
    calls.add(new WindowCall(column, function, values, frame(node)));
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

  private String frame(SyntaxNode node) {
    String start = node.string("start");
    String end = node.string("end");
    boolean usual = start.equals("UNBOUNDED_PRECEDING") && end.equals("CURRENT_ROW_RANGE");
    if (usual || start.isEmpty()) {
      return "";
    }
    String unit = unit(start, end);
    return "%s BETWEEN %s AND %s"
        .formatted(unit, edge(start, "start_expr", node), edge(end, "end_expr", node));
  }

  private static String unit(String start, String end) {
    for (String unit : new String[] {"ROWS", "GROUPS", "RANGE"}) {
      if (start.endsWith(unit) || end.endsWith(unit)) {
        return unit;
      }
    }
    return "ROWS";
  }

  private static String edge(String edge, String field, SyntaxNode node) {
    if (edge.startsWith("UNBOUNDED")) {
      return edge.replace('_', ' ');
    }
    if (edge.startsWith("CURRENT_ROW")) {
      return "CURRENT ROW";
    }
    SyntaxNode distance = node.required(field);
    long rows =
        QueryBinder.wholeConstant(distance)
            .filter(number -> number >= 0)
            .orElseThrow(() -> unsupported(distance, "a frame other than by a number of rows", ""));
    return rows + (edge.contains("PRECEDING") ? " PRECEDING" : " FOLLOWING");
  }
}
