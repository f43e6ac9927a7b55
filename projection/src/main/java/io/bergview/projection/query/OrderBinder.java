package io.bergview.projection.query;

import static io.bergview.projection.query.QueryBinder.unsupported;

import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.projection.function.NestedOrder;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.Plan.Assignment;
import io.bergview.projection.plan.PlanColumn;
import io.bergview.projection.plan.QueryPlan;
import io.bergview.projection.plan.ScalarFunction;
import io.bergview.projection.plan.SortOrder;
import io.bergview.projection.plan.WindowCall;
import io.bergview.projection.syntax.SqlException;
import io.bergview.projection.syntax.SyntaxNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** ORDER BY, LIMIT and OFFSET of a query. */
final class OrderBinder {
  private final QueryBinder queries;
  private final SyntaxNode query;
  private final @Nullable FromScope outer;
  private final CommonTables ctes;

  OrderBinder(QueryBinder queries, SyntaxNode query, @Nullable FromScope outer, CommonTables ctes) {
    this.queries = queries;
    this.query = query;
    this.outer = outer;
    this.ctes = ctes;
  }

  /** A combination of queries in its order: by its outputs only. */
  BoundQuery ordered(BoundQuery combined) {
    FromScope scope = new FromScope(List.of(FromScope.Relation.of("", combined.columns())), outer);
    ExpressionBinder outputs = new ExpressionBinder(queries, scope, ctes, null, null, "ORDER BY");
    Plan plan = combined.plan();
    List<SortOrder> order =
        orders(
            items(query),
            item -> position(item, combined.columns()).orElseGet(() -> outputs.bind(item)),
            combined.columns());
    Plan limited = limited(plan, order);
    return limited == plan ? combined : new BoundQuery(limited, combined.columns());
  }

  /** The rows in an order, cut. */
  Plan limited(Plan plan, List<SortOrder> order) {
    Optional<SyntaxNode> limit = modifier(query, "LIMIT_MODIFIER");
    modifier(query, "LIMIT_PERCENT_MODIFIER")
        .ifPresent(
            node -> {
              throw inPercent(node.required("limit"));
            });
    OptionalLong rows = limit.map(node -> number(node, "limit")).orElse(OptionalLong.empty());
    if (rows.isPresent() && isWithTies(limit.orElseThrow())) {
      return withTies(plan, order, rows.getAsLong(), limit.orElseThrow());
    }
    long skipped = limit.map(node -> number(node, "offset")).orElse(OptionalLong.empty()).orElse(0);
    boolean all = skipped == 0 && rows.orElse(1) > 0 && hasOneRow(plan);
    return all || order.isEmpty() && rows.isEmpty() && skipped == 0
        ? plan
        : new QueryPlan.Limit(plan, order, rows, skipped);
  }

  /** Whether a plan has one row at most: no order or limit changes it. */
  private static boolean hasOneRow(Plan plan) {
    if (plan instanceof Plan.Aggregate aggregate) {
      return aggregate.keys().isEmpty();
    }
    if (plan instanceof QueryPlan.Join join) {
      return hasOneRow(join.left()) && (!join.kind().showsRight() || hasOneRow(join.right()));
    }
    boolean keepsRows =
        plan instanceof Plan.Project || plan instanceof Plan.Extend || plan instanceof Plan.Filter;
    return keepsRows && hasOneRow(((Plan.Unary) plan).input());
  }

  private static OptionalLong number(SyntaxNode limit, String field) {
    Optional<SyntaxNode> value = limit.child(field);
    if (value.isEmpty()) {
      return OptionalLong.empty();
    }
    if (limit.string("limit_type").contains("PERCENT")) {
      throw inPercent(value.get());
    }
    SyntaxNode written =
        field.equals("limit") && isWithTies(limit)
            ? ExpressionBinder.arguments(value.get()).get(0)
            : value.get();
    return OptionalLong.of(
        QueryBinder.wholeConstant(written)
            .filter(number -> number >= 0)
            .orElseThrow(
                () ->
                    new SqlException(
                        ProblemKind.WRONG_VALUE,
                        value.get().offset(),
                        "%s needs a whole number that is not negative"
                            .formatted(field.equals("limit") ? "LIMIT" : "OFFSET"))));
  }

  private static SqlException inPercent(SyntaxNode limit) {
    return unsupported(
        limit.placed("LIMIT"),
        "LIMIT in percent",
        "; write a number of rows, or QUALIFY percent_rank() OVER (ORDER BY ...) <= 0.4");
  }

  private static boolean isWithTies(SyntaxNode limit) {
    return limit
        .child("limit")
        .filter(node -> node.string("function_name").equals("with_ties"))
        .isPresent();
  }

  /** The first rows, and those that are equal to the last of them in the order. */
  private Plan withTies(Plan plan, List<SortOrder> order, long rows, SyntaxNode limit) {
    SyntaxNode number = limit.required("limit");
    if (order.isEmpty() || limit.child("offset").isPresent()) {
      throw unsupported(
          number, "WITH TIES without ORDER BY, or with OFFSET,", "; filter by rank() with QUALIFY");
    }
    PlanColumn rank = queries.ids().next("rank", Types.LongType.get());
    Plan ranked =
        new QueryPlan.Window(
            plan,
            List.of(),
            order,
            List.of(new WindowCall(rank, new ScalarFunction("rank", "rank()"), List.of(), "")));
    Expr first = Calls.of("<=", new Expr.Ref(rank), new Expr.Constant(rows, Types.LongType.get()));
    List<Assignment> kept =
        plan.columns().stream().map(c -> new Assignment(c, new Expr.Ref(c))).toList();
    return new Plan.Project(new Plan.Filter(ranked, Predicates.of(first)), kept);
  }

  static Optional<SyntaxNode> modifier(SyntaxNode query, String type) {
    return query.children("modifiers").stream().filter(m -> m.type().equals(type)).findFirst();
  }

  /** What ORDER BY lists. */
  static List<SyntaxNode> items(SyntaxNode query) {
    return modifier(query, "ORDER_MODIFIER")
        .map(order -> order.children("orders"))
        .orElse(List.of());
  }

  /**
   * Nulls are least unless the query says where they stand: first where ascending, last where
   * descending, as in Spark.
   */
  static List<SortOrder> orders(List<SyntaxNode> items, Function<SyntaxNode, Expr> values) {
    List<SortOrder> orders = new ArrayList<>();
    for (SyntaxNode item : items) {
      orders.add(order(item, values.apply(item.required("expression"))));
    }
    return orders;
  }

  /** As {@link #orders(List, Function)}, of a query, which can be ordered by ALL its outputs. */
  static List<SortOrder> orders(
      List<SyntaxNode> items, Function<SyntaxNode, Expr> values, List<BoundColumn> outputs) {
    List<SortOrder> orders = new ArrayList<>();
    for (SyntaxNode item : items) {
      SyntaxNode value = item.required("expression");
      if (value.nodeClass().equals("STAR")) {
        outputs.forEach(output -> orders.add(order(item, new Expr.Ref(output.column()))));
      } else {
        orders.add(order(item, values.apply(value)));
      }
    }
    return orders;
  }

  private static SortOrder order(SyntaxNode item, Expr value) {
    boolean descending = item.type().equals("DESCENDING");
    String nulls = item.string("null_order").replace('_', ' ');
    boolean first = nulls.equals("ORDER DEFAULT") ? !descending : nulls.contains("FIRST");
    return new SortOrder(NestedOrder.of(value), descending, first);
  }

  /** The output that a number, or a name, of ORDER BY or GROUP BY means. */
  static Optional<Expr> position(SyntaxNode item, List<BoundColumn> outputs) {
    Optional<Long> number = QueryBinder.wholeConstant(item);
    if (number.isEmpty()) {
      return Optional.empty();
    }
    if (number.get() < 1 || number.get() > outputs.size()) {
      throw new SqlException(
          ProblemKind.WRONG_VALUE,
          item.offset(),
          "%d is no output: the query has %d".formatted(number.get(), outputs.size()));
    }
    return Optional.of(new Expr.Ref(outputs.get((int) (number.get() - 1)).column()));
  }
}
