package io.bergview.projection.sql;

import static io.bergview.projection.sql.DuckDbExpressions.sql;
import static io.bergview.projection.sql.DuckDbTypes.column;
import static io.bergview.projection.sql.DuckDbTypes.quote;
import static java.util.stream.Collectors.joining;

import io.bergview.projection.plan.AggregateCall;
import io.bergview.projection.plan.DeltaPlan;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.ExprRewrite;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.Plan.Assignment;
import io.bergview.projection.plan.Plan.JoinKey;
import io.bergview.projection.plan.PlanColumn;
import io.bergview.projection.plan.PlanVisitor;
import io.bergview.projection.plan.QueryPlan;
import io.bergview.projection.plan.RollUp;
import io.bergview.projection.plan.WindowCall;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Each operator of one plan as a SELECT. */
final class DuckDbPlans implements PlanVisitor<String> {
  private final Relations relations;
  private final IdentityHashMap<Plan, String> shared = new IdentityHashMap<>();
  private final Map<String, String> with = new LinkedHashMap<>();
  private int alias;

  DuckDbPlans(Relations relations) {
    this.relations = relations;
  }

  /** The whole plan, with what several operators read. */
  String select(Plan plan) {
    String query = plan.accept(this);
    return Sql.with(with, query);
  }

  @Override
  public String visit(Plan.Scan scan) {
    return Select.of(
            scan.reads().stream()
                .map(read -> named(column(read.fieldId()), read.column()))
                .toList())
        .from(Sql.as(relations.of(scan.narrowed()), "s" + ++alias))
        .sql();
  }

  @Override
  public String visit(Plan.LeftJoin join) {
    return join(join.input(), "LEFT JOIN", join.target(), join.on());
  }

  @Override
  public String visit(Plan.JoinToMany join) {
    String kind = join.keepEmpty() ? "LEFT JOIN" : "JOIN";
    return join(join.input(), kind, join.children(), join.on());
  }

  private String join(Plan left, String kind, Plan right, List<JoinKey> on) {
    Select select =
        Select.of(
            Stream.concat(left.columns().stream(), right.columns().stream())
                .map(column -> column(column.id()))
                .toList());
    return joined(select, left, kind, right, on).sql();
  }

  private Select joined(Select select, Plan left, String kind, Plan right, List<JoinKey> on) {
    return select.from(nested(left)).join(kind, nested(right), condition(on, " = "));
  }

  private static String condition(List<JoinKey> on, String operator) {
    return Sql.all(on.stream().map(key -> sql(key.input()) + operator + sql(key.other())).toList());
  }

  @Override
  public String visit(Plan.NestedAggregate aggregate) {
    return new DuckDbNestedAggregate(aggregate, "g" + ++alias).select(this::nested);
  }

  @Override
  public String visit(Plan.AssignUniqueId assign) {
    return Select.everything(List.of()).from(once(assign)).sql();
  }

  @Override
  public String visit(Plan.UnnestElements unnest) {
    String list = sql(unnest.list());
    return Select.of(
            List.of(
                named(column(unnest.of().number().id()), unnest.number()),
                named(ordinals(list), unnest.ordinal()),
                named(Sql.call("unnest", list), unnest.element())))
        .from(once(unnest.of()))
        .sql();
  }

  @Override
  public String visit(Plan.Unnest unnest) {
    String list = sql(unnest.list());
    String input = nested(unnest.input());
    String ordinals = ordinals(list);
    String elements = Sql.call("unnest", list);
    if (unnest.keepEmpty()) {
      String empty = "coalesce(len(" + list + "), 0) = 0";
      String numbers = "CAST(range(1, len(" + list + ") + 1) AS INTEGER[])";
      ordinals = Sql.call("unnest", Sql.when(empty, "[CAST(NULL AS INTEGER)]").otherwise(numbers));
      elements = Sql.call("unnest", Sql.when(empty, "[NULL]").otherwise(list));
    }
    return Select.everything(
            List.of(named(ordinals, unnest.ordinal()), named(elements, unnest.element())))
        .from(input)
        .sql();
  }

  private static String ordinals(String list) {
    return "CAST(" + Sql.call("generate_subscripts", list, "1") + " AS INTEGER)";
  }

  @Override
  public String visit(Plan.Extend extend) {
    return Select.everything(assigned(extend.added())).from(nested(extend.input())).sql();
  }

  @Override
  public String visit(Plan.Filter filter) {
    return Select.everything(List.of())
        .from(nested(filter.input()))
        .where(sql(filter.predicate(), true))
        .sql();
  }

  @Override
  public String visit(Plan.Aggregate aggregate) {
    PlanInput input = input(aggregate.input());
    List<String> outputs = new ArrayList<>(assigned(aggregate.keys(), input.names()));
    for (AggregateCall call : aggregate.calls()) {
      AggregateCall named = call.mapOperands(input.names());
      outputs.add(named(DuckDbAggregates.aggregate(named), call.column()));
    }
    if (outputs.isEmpty()) {
      // One row, of which nothing is read.
      outputs.add("count(*) AS one");
    }
    return input.under(Select.lines(outputs)).groupBy(firstOutputs(aggregate.keys().size())).sql();
  }

  /** The numbers of the first outputs, to group by. */
  static List<String> firstOutputs(int count) {
    return IntStream.rangeClosed(1, count).mapToObj(Integer::toString).toList();
  }

  @Override
  public String visit(Plan.Project project) {
    PlanInput input = input(project.input());
    return input.under(Select.lines(assigned(project.outputs(), input.names()))).sql();
  }

  @Override
  public String visit(RollUp groups) {
    return new DuckDbRollUp(groups).select(nested(groups.input()));
  }

  @Override
  public String visit(DeltaPlan.PreparedRows given) {
    return Select.of(
            given.given().stream()
                .map(column -> named(quote(column.name()), column.column()))
                .toList())
        .from(relations.given(given.name()))
        .sql();
  }

  @Override
  public String visit(DeltaPlan.SemiJoin join) {
    return Select.everything(List.of())
        .from(nested(join.input()))
        .join("SEMI JOIN", nested(join.keys()), condition(join.on(), operator(join.match())))
        .sql();
  }

  private static String operator(DeltaPlan.Match match) {
    return switch (match) {
      case EQUAL -> " = ";
      case NOT_DISTINCT -> " IS NOT DISTINCT FROM ";
    };
  }

  @Override
  public String visit(DeltaPlan.Shared once) {
    return Select.everything(List.of()).from(once(once)).sql();
  }

  @Override
  public String visit(DeltaPlan.EarlierScan earlier) {
    Plan.Scan scan = earlier.scan();
    return Select.of(
            scan.reads().stream()
                .map(read -> named(column(read.fieldId()), read.column()))
                .toList())
        .from(Sql.as(relations.earlier(scan.narrowed()), "s" + ++alias))
        .sql();
  }

  @Override
  public String visit(QueryPlan.Join join) {
    List<String> conditions = new ArrayList<>();
    join.on()
        .forEach(key -> conditions.add(sql(key.left()) + operator(key.match()) + sql(key.right())));
    join.condition().ifPresent(condition -> conditions.add(sql(condition)));
    return Select.of(join.columns().stream().map(column -> column(column.id())).toList())
        .from(nested(join.left()))
        .join(kind(join.kind()), nested(join.right()), Sql.all(conditions))
        .sql();
  }

  private static String kind(QueryPlan.JoinKind kind) {
    return switch (kind) {
      case INNER -> "JOIN";
      case LEFT -> "LEFT JOIN";
      case SEMI -> "SEMI JOIN";
      case ANTI -> "ANTI JOIN";
    };
  }

  @Override
  public String visit(QueryPlan.Window window) {
    List<String> over = new ArrayList<>();
    if (!window.partitionBy().isEmpty()) {
      over.add(
          "PARTITION BY " + window.partitionBy().stream().map(v -> sql(v)).collect(joining(", ")));
    }
    if (!window.orderBy().isEmpty()) {
      over.add("ORDER BY " + DuckDbCalls.orders(window.orderBy()));
    }
    List<String> calls = new ArrayList<>();
    for (WindowCall call : window.calls()) {
      List<String> parts = new ArrayList<>(over);
      if (!call.frame().isEmpty()) {
        parts.add(call.frame());
      }
      String value =
          DuckDbCalls.call(call.function(), call.arguments())
              + " OVER ("
              + String.join(" ", parts)
              + ")";
      calls.add(named(DuckDbExpressions.cast(value, call.column().type()), call.column()));
    }
    return Select.everything(calls).from(nested(window.input())).sql();
  }

  @Override
  public String visit(QueryPlan.Limit limit) {
    String rows = Select.everything(List.of()).from(nested(limit.input())).sql();
    if (!limit.orderBy().isEmpty()) {
      rows += " ORDER BY " + DuckDbCalls.orders(limit.orderBy());
    }
    if (limit.rows().isPresent()) {
      rows += " LIMIT " + limit.rows().getAsLong();
    }
    return limit.skipped() == 0 ? rows : rows + " OFFSET " + limit.skipped();
  }

  @Override
  public String visit(QueryPlan.Values values) {
    List<String> rows = new ArrayList<>();
    for (List<Expr> row : values.rows()) {
      List<String> outputs = new ArrayList<>();
      for (int i = 0; i < row.size(); i++) {
        PlanColumn column = values.columns().get(i);
        outputs.add(named(DuckDbExpressions.cast(sql(row.get(i)), column.type()), column));
      }
      rows.add(Select.of(outputs).sql());
    }
    return String.join("\nUNION ALL ", rows);
  }

  @Override
  public String visit(QueryPlan.Union union) {
    return union.inputs().stream()
        .map(input -> renamed(input, union.columns()))
        .collect(joining("\nUNION ALL "));
  }

  private String renamed(Plan plan, List<PlanColumn> names) {
    List<String> columns = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      columns.add(named(column(plan.columns().get(i).id()), names.get(i)));
    }
    return Select.of(columns).from(nested(plan)).sql();
  }

  @Override
  public String visit(DeltaPlan.MergedGroups merged) {
    String stored = merged.stored().accept(this);
    Optional<String> removed = merged.removed().map(gone -> gone.accept(this));
    String added = merged.added().accept(this);
    return DuckDbSumMerge.applies(merged)
        ? new DuckDbSumMerge(merged).select(stored, removed, added)
        : new DuckDbMerge(merged).select(stored, removed, added);
  }

  /** The name under which the rows of an operator are computed once. */
  private String once(Plan.AssignUniqueId assign) {
    String known = shared.get(assign);
    if (known == null) {
      String number = named("row_number() OVER ()", assign.number());
      String body = Select.everything(List.of(number)).from(nested(assign.input())).sql();
      known = share(assign, "n" + assign.number().id(), body);
    }
    return known;
  }

  private String once(DeltaPlan.Shared once) {
    String known = shared.get(once);
    if (known == null) {
      String body = once.input().accept(this);
      known = share(once, "w" + ++alias, body);
    }
    return known;
  }

  private String share(Plan plan, String name, String body) {
    shared.put(plan, name);
    with.put(name, body);
    return name;
  }

  /** A plan where a relation may stand. */
  private String nested(Plan plan) {
    if (plan instanceof Plan.AssignUniqueId assign) {
      return once(assign);
    }
    if (plan instanceof DeltaPlan.Shared once) {
      return once(once);
    }
    return Sql.as("(" + plan.accept(this) + ")", "t" + ++alias);
  }

  /**
   * The input of an operator that says what its columns are.
   *
   * @param names expressions over the input's columns as they are called in FROM
   * @param from adds FROM to a SELECT
   */
  private record PlanInput(UnaryOperator<Expr> names, UnaryOperator<Select> from) {
    Select under(Select select) {
      return from.apply(select);
    }
  }

  /**
   * Scans and joins stand in the same SELECT: one more that only names thousands of columns again
   * costs DuckDB a seventh of the time of a statement.
   */
  private PlanInput input(Plan plan) {
    if (plan instanceof Plan.Scan scan) {
      return new PlanInput(
          asRead(scan),
          select -> select.from(Sql.as(relations.of(scan.narrowed()), "s" + ++alias)));
    }
    if (plan instanceof Plan.LeftJoin join) {
      return new PlanInput(
          UnaryOperator.identity(),
          select -> joined(select, join.input(), "LEFT JOIN", join.target(), join.on()));
    }
    return new PlanInput(UnaryOperator.identity(), select -> select.from(nested(plan)));
  }

  /** Columns as the relation of a source calls them. */
  private static UnaryOperator<Expr> asRead(Plan.Scan scan) {
    Map<PlanColumn, Expr> read = new HashMap<>();
    for (Plan.Scan.Read each : scan.reads()) {
      PlanColumn column = each.column();
      read.put(column, new Expr.Ref(new PlanColumn(each.fieldId(), column.label(), column.type())));
    }
    return value ->
        ExprRewrite.of(
                value,
                part ->
                    part instanceof Expr.Ref ref
                        ? Optional.ofNullable(read.get(ref.column()))
                        : Optional.empty())
            .orElseThrow();
  }

  private static List<String> assigned(List<Assignment> assignments) {
    return assigned(assignments, UnaryOperator.identity());
  }

  private static List<String> assigned(List<Assignment> assignments, UnaryOperator<Expr> names) {
    return assignments.stream()
        .map(assignment -> named(sql(names.apply(assignment.value())), assignment.column()))
        .toList();
  }

  static String named(String sql, PlanColumn column) {
    return Sql.as(sql, column(column.id()));
  }
}
