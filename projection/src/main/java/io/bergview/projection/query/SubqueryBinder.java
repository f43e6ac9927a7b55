package io.bergview.projection.query;

import static io.bergview.projection.query.QueryBinder.unsupported;

import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.projection.plan.AggregateCall;
import io.bergview.projection.plan.AggregateCall.AggregateFunction;
import io.bergview.projection.plan.DeltaPlan.Match;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.ExprColumns;
import io.bergview.projection.plan.ExprRewrite;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.Plan.Assignment;
import io.bergview.projection.plan.PlanColumn;
import io.bergview.projection.plan.PlanExpressions;
import io.bergview.projection.plan.Pred;
import io.bergview.projection.plan.QueryPlan;
import io.bergview.projection.plan.QueryPlan.Equality;
import io.bergview.projection.plan.QueryPlan.JoinKind;
import io.bergview.projection.plan.ScalarFunction;
import io.bergview.projection.syntax.SqlException;
import io.bergview.projection.syntax.SyntaxNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.types.Types;

/**
 * Subqueries of expressions, each of which joins the rows so far: EXISTS and IN as terms of WHERE
 * as semi-joins and anti-joins, any other as a left join that adds its value.
 */
final class SubqueryBinder {
  private static final Expr ONE = new Expr.Constant(1L, Types.LongType.get());

  private final QueryBinder queries;
  private final Building building;

  SubqueryBinder(QueryBinder queries, Building building) {
    this.queries = queries;
    this.building = building;
  }

  /** Filters the rows by a term, if it is one of EXISTS, IN or their negations. */
  boolean filters(SyntaxNode term, ExpressionBinder binder) {
    boolean negated = term.type().equals("OPERATOR_NOT");
    SyntaxNode node = negated ? term.children("children").get(0) : term;
    if (negated && node.type().equals("OPERATOR_NOT")) {
      return filters(node.children("children").get(0), binder);
    }
    if (!node.nodeClass().equals("SUBQUERY")) {
      return false;
    }
    return switch (node.string("subquery_type")) {
      case "EXISTS" -> exists(node, binder, negated ? JoinKind.ANTI : JoinKind.SEMI);
      case "NOT_EXISTS" -> exists(node, binder, negated ? JoinKind.SEMI : JoinKind.ANTI);
      case "ANY" -> any(node, binder, negated);
      default -> false;
    };
  }

  private boolean exists(SyntaxNode node, ExpressionBinder binder, JoinKind kind) {
    Plan subquery = withoutLimit(existing(node, binder));
    Decorrelation.Independent inner =
        new Decorrelation(building.plan(), subquery, queries.ids()).independent();
    building.become(
        new QueryPlan.Join(building.plan(), inner.plan(), kind, inner.on(), inner.condition()));
    return true;
  }

  /** How many rows there are at most does not matter to whether there is one. */
  private static Plan withoutLimit(Plan plan) {
    if (plan instanceof Plan.Project project) {
      return project.over(withoutLimit(project.input()));
    }
    boolean some =
        plan instanceof QueryPlan.Limit limit && limit.skipped() == 0 && limit.rows().orElse(1) > 0;
    return some ? ((QueryPlan.Limit) plan).input() : plan;
  }

  /** {@code value = ANY (query)}, which is IN, or another comparison. */
  private record Comparisons(BoundQuery query, List<Expr> equal) {}

  private Comparisons comparisons(SyntaxNode node, ExpressionBinder binder) {
    SyntaxNode child = node.required("child");
    List<SyntaxNode> values = ExpressionBinder.row(child);
    BoundQuery query = query(node, binder);
    if (values.size() != query.columns().size()) {
      throw new SqlException(
          ProblemKind.WRONG_TYPE,
          node.offset(),
          "%d values are compared with a query of %d columns"
              .formatted(values.size(), query.columns().size()));
    }
    String operator = ExpressionBinder.comparison(node.string("comparison_type"), node);
    List<Expr> equal = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      Expr value = binder.bind(values.get(i));
      Expr other = new Expr.Ref(query.columns().get(i).column());
      equal.add(binder.call(operator, node, value, other));
    }
    if (values.size() > 1 && !operator.equals("=")) {
      throw unsupported(node, operator + " of rows", "");
    }
    return new Comparisons(query, equal);
  }

  private boolean any(SyntaxNode node, ExpressionBinder binder, boolean negated) {
    Comparisons compared = comparisons(node, binder);
    Plan subquery = compared.query().plan();
    if (!negated) {
      join(subquery, compared.equal(), JoinKind.SEMI);
      return true;
    }
    if (compared.equal().size() > 1) {
      join(subquery, List.of(notFalse(Calls.all(compared.equal()).orElseThrow())), JoinKind.ANTI);
      return true;
    }
    notIn(
        subquery,
        compared.equal().get(0),
        new Expr.Ref(compared.query().columns().get(0).column()));
    return true;
  }

  /**
   * NOT IN is true where no row is equal, none is null, and the value is not null unless there is
   * no row at all. Each is an anti-join of its own, so that the first can be by a key.
   */
  private void notIn(Plan subquery, Expr equal, Expr there) {
    Expr.Call comparison = (Expr.Call) equal;
    Expr value = comparison.arguments().get(0);
    join(subquery, List.of(equal), JoinKind.ANTI);
    if (mayBeNull(there)) {
      join(new Plan.Filter(subquery, new Pred.IsNull(there)), List.of(), JoinKind.ANTI);
    }
    if (mayBeNull(value)) {
      join(subquery, List.of(Calls.of("is null", value)), JoinKind.ANTI);
    }
  }

  private static boolean mayBeNull(Expr value) {
    return !(value instanceof Expr.Constant constant && constant.value() != null);
  }

  private static Expr notFalse(Expr condition) {
    return new Expr.Call(
        new ScalarFunction("is not false", "({0} IS NOT FALSE)"),
        List.of(condition),
        Types.BooleanType.get());
  }

  private void join(Plan subquery, List<Expr> conditions, JoinKind kind) {
    building.become(
        new Decorrelation(building.plan(), subquery, queries.ids()).join(kind, conditions));
  }

  /** A subquery's value in each row. */
  Expr value(SyntaxNode node, ExpressionBinder binder) {
    return switch (node.string("subquery_type")) {
      case "SCALAR" -> scalar(node, binder);
      case "EXISTS" -> mark(existing(node, binder), List.of());
      case "NOT_EXISTS" -> Calls.of("not", mark(existing(node, binder), List.of()));
      case "ANY" -> {
        Comparisons compared = comparisons(node, binder);
        Expr all = Calls.all(compared.equal()).orElseThrow();
        Expr matched = mark(compared.query().plan(), List.of(all));
        Expr unknown = mark(compared.query().plan(), List.of(Calls.of("is null", all)));
        yield Calls.of(
            "case",
            matched,
            Calls.TRUE,
            unknown,
            new Expr.Constant(null, Types.BooleanType.get()),
            new Expr.Constant(false, Types.BooleanType.get()));
      }
      default -> throw unsupported(node, "a subquery of kind " + node.string("subquery_type"), "");
    };
  }

  /**
   * Whether a subquery has a row for which the conditions are true: for the different values that
   * decide it that is found by a semi-join, and joined to the rows.
   */
  private Expr mark(Plan subquery, List<Expr> conditions) {
    Plan rows = building.plan();
    Set<PlanColumn> deciding = new LinkedHashSet<>(FreeColumns.of(subquery));
    conditions.forEach(condition -> deciding.addAll(ExprColumns.of(condition)));
    deciding.retainAll(new LinkedHashSet<>(rows.columns()));
    List<Assignment> keys = new ArrayList<>();
    List<Equality> same = new ArrayList<>();
    Map<PlanColumn, Expr> now = new HashMap<>();
    for (PlanColumn column : deciding) {
      Expr key = Calls.key(new Expr.Ref(column));
      PlanColumn copy = queries.ids().next(column.label(), column.type());
      keys.add(new Assignment(copy, key));
      now.put(column, new Expr.Ref(copy));
      same.add(new Equality(new Expr.Ref(column), new Expr.Ref(copy), Match.NOT_DISTINCT));
    }
    Plan values =
        keys.isEmpty()
            ? new QueryPlan.Values(List.of(), List.of(List.of()))
            : new Plan.Aggregate(rows, keys, List.of());
    Plan asked = PlanExpressions.map(subquery, value -> ExprRewrite.columns(value, now));
    List<Expr> asking = conditions.stream().map(value -> ExprRewrite.columns(value, now)).toList();
    Building found = new Building(values);
    new SubqueryBinder(queries, found).join(asked, asking, JoinKind.SEMI);
    PlanColumn flag = queries.ids().next("found", Types.BooleanType.get());
    Plan flagged = new Plan.Extend(found.plan(), List.of(new Assignment(flag, Calls.TRUE)));
    building.become(new QueryPlan.Join(rows, flagged, JoinKind.LEFT, same, Optional.empty()));
    return Calls.of("is not null", new Expr.Ref(flag));
  }

  private Expr scalar(SyntaxNode node, ExpressionBinder binder) {
    BoundQuery query = query(node, binder);
    if (query.columns().size() != 1) {
      throw new SqlException(
          ProblemKind.WRONG_TYPE,
          node.offset(),
          "a subquery that is a value has one column; this one has " + query.columns().size());
    }
    Expr value = new Expr.Ref(query.columns().get(0).column());
    Plan plan = query.plan();
    while (plan instanceof Plan.Project project) {
      Map<PlanColumn, Expr> outputs = new HashMap<>();
      project.outputs().forEach(output -> outputs.put(output.column(), output.value()));
      value = ExprRewrite.columns(value, outputs);
      plan = project.input();
    }
    return plan instanceof Plan.Aggregate aggregate && aggregate.keys().isEmpty()
        ? total(aggregate, value)
        : single(query, node);
  }

  /** An aggregate without keys has one row whatever there is. */
  private Expr total(Plan.Aggregate aggregate, Expr value) {
    Map<PlanColumn, Expr> nothing = new HashMap<>();
    aggregate.calls().forEach(call -> nothing.put(call.column(), DependentJoin.orNothing(call)));
    Decorrelation subquery = new Decorrelation(building.plan(), aggregate, queries.ids());
    Decorrelation.Independent inner = subquery.keyedTotal();
    building.become(
        new QueryPlan.Join(
            building.plan(),
            inner.plan(),
            subquery.isCorrelated() ? JoinKind.LEFT : JoinKind.INNER,
            inner.on(),
            inner.condition()));
    return subquery.isCorrelated() ? ExprRewrite.columns(value, nothing) : value;
  }

  /** Any other subquery has at most one row for each, which is checked. */
  private Expr single(BoundQuery query, SyntaxNode node) {
    Decorrelation.Independent inner =
        new Decorrelation(building.plan(), query.plan(), queries.ids()).keyed();
    PlanColumn of = query.columns().get(0).column();
    List<Assignment> keys = new ArrayList<>();
    List<Equality> on = new ArrayList<>();
    for (Equality key : inner.on()) {
      PlanColumn column = queries.ids().next("key", key.right().type());
      keys.add(new Assignment(column, key.right()));
      on.add(new Equality(key.left(), new Expr.Ref(column), key.match()));
    }
    PlanColumn rows = queries.ids().next("rows", Types.LongType.get());
    PlanColumn first = queries.ids().next(of.label(), of.type());
    Plan groups =
        new Plan.Aggregate(
            inner.plan(),
            keys,
            List.of(
                new AggregateCall(rows, AggregateFunction.COUNT_ROWS, ONE, List.of()),
                new AggregateCall(first, AggregateFunction.FIRST, new Expr.Ref(of), List.of())));
    PlanColumn value = queries.ids().next(of.label(), of.type());
    Expr checked =
        new Expr.Call(
            new ScalarFunction(
                "single_row",
                "CASE WHEN {0} > 1 THEN error('bergview:VALUE_INVALID:a subquery that is a value"
                    + " has more than one row') ELSE {1} END"),
            List.of(new Expr.Ref(rows), new Expr.Ref(first)),
            of.type());
    List<Assignment> outputs = new ArrayList<>();
    keys.forEach(k -> outputs.add(new Assignment(k.column(), new Expr.Ref(k.column()))));
    outputs.add(new Assignment(value, checked));
    building.become(
        new QueryPlan.Join(
            building.plan(),
            new Plan.Project(groups, outputs),
            JoinKind.LEFT,
            on,
            Optional.empty()));
    return new Expr.Ref(value);
  }

  private Plan existing(SyntaxNode node, ExpressionBinder binder) {
    BoundQuery query =
        queries.existence(
            node.required("subquery").required("node"), binder.scope(), binder.ctes());
    return binder.grouped(query.plan(), node);
  }

  private BoundQuery query(SyntaxNode node, ExpressionBinder binder) {
    BoundQuery query =
        queries.query(node.required("subquery").required("node"), binder.scope(), binder.ctes());
    return new BoundQuery(binder.grouped(query.plan(), node), query.columns());
  }
}
