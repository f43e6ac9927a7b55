package io.bergview.projection.sql;

import static io.bergview.projection.sql.SqlNames.column;
import static io.bergview.projection.sql.SqlNames.quote;
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
import io.bergview.projection.plan.Pred;
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
import org.apache.iceberg.types.Type;
import org.jspecify.annotations.Nullable;

/** Each operator of one plan as a SELECT. */
final class SqlPlans implements PlanVisitor<String> {
  private final SqlDialect dialect;
  private final SqlExpressions write;
  private final Relations relations;
  private final IdentityHashMap<Plan, String> shared = new IdentityHashMap<>();
  private final Map<String, String> with = new LinkedHashMap<>();
  private int alias;

  SqlPlans(SqlDialect dialect, Relations relations) {
    this.dialect = dialect;
    this.write = new SqlExpressions(dialect);
    this.relations = relations;
  }

  /** The whole plan, with what several operators read. */
  String select(Plan plan) {
    String query = plan.accept(this);
    return dialect.with(with, query);
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

  private String condition(List<JoinKey> on, String operator) {
    return Sql.all(
        on.stream()
            .map(key -> write.sql(key.input()) + operator + write.sql(key.other()))
            .toList());
  }

  @Override
  public String visit(Plan.NestedAggregate aggregate) {
    return new NestedAggregateSql(aggregate, "g" + ++alias, write).select(this::nested);
  }

  @Override
  public String visit(Plan.AssignUniqueId assign) {
    return Select.everything(List.of()).from(once(assign)).sql();
  }

  @Override
  public String visit(Plan.UnnestElements unnest) {
    PlanColumn number = unnest.of().number();
    return dialect.unnest(
        new SqlDialect.Unnesting(
            List.of(named(column(number.id()), unnest.number())),
            false,
            once(unnest.of()),
            write.sql(unnest.list()),
            column(unnest.ordinal().id()),
            column(unnest.element().id()),
            false));
  }

  @Override
  public String visit(Plan.Unnest unnest) {
    return dialect.unnest(
        new SqlDialect.Unnesting(
            unnest.input().columns().stream().map(each -> column(each.id())).toList(),
            true,
            nested(unnest.input()),
            write.sql(unnest.list()),
            column(unnest.ordinal().id()),
            column(unnest.element().id()),
            unnest.keepEmpty()));
  }

  @Override
  public String visit(Plan.Extend extend) {
    return Select.everything(assigned(extend.added())).from(nested(extend.input())).sql();
  }

  @Override
  public String visit(Plan.Filter filter) {
    List<Pred> terms =
        filter.predicate() instanceof Pred.And and ? and.terms() : List.of(filter.predicate());
    List<Pred> others = new ArrayList<>();
    Select rows = Select.everything(List.of()).from(nested(filter.input()));
    for (Pred term : terms) {
      Optional<String> keys =
          term instanceof Pred.In in && isKeyList(in)
              ? dialect.keyList(in.constants().stream().map(write::sql).toList())
              : Optional.empty();
      if (keys.isPresent()) {
        rows = among(rows, ((Pred.In) term).value(), keys.get());
      } else {
        others.add(term);
      }
    }
    return others.isEmpty() && !terms.isEmpty()
        ? rows.sql()
        : rows.where(write.sql(new Pred.And(others), true)).sql();
  }

  /** Of floating point, a join and IN do not agree on every value. */
  private static boolean isKeyList(Pred.In in) {
    return in.value() instanceof Expr.Ref
        && in.constants().size() > 1
        && in.value().type().typeId() != Type.TypeID.FLOAT
        && in.value().type().typeId() != Type.TypeID.DOUBLE
        && in.constants().stream()
            .allMatch(key -> key.value() != null && key.type().equals(in.value().type()));
  }

  private Select among(Select rows, Expr value, String keys) {
    String name = "k" + ++alias;
    return rows.join("SEMI JOIN", Sql.as(keys, name), write.sql(value) + " = " + name + ".k");
  }

  @Override
  public String visit(Plan.Aggregate aggregate) {
    PlanInput input = input(aggregate.input());
    List<String> outputs = new ArrayList<>(assigned(aggregate.keys(), input.names()));
    for (AggregateCall call : aggregate.calls()) {
      AggregateCall named = call.mapOperands(input.names());
      outputs.add(named(new AggregateSql(write).aggregate(named), call.column()));
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
    return new RollUpSql(groups, write).select(nested(groups.input()));
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
        .forEach(
            key ->
                conditions.add(
                    write.sql(key.left()) + operator(key.match()) + write.sql(key.right())));
    join.condition().ifPresent(condition -> conditions.add(write.sql(condition)));
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
    List<String> partitions = write.all(window.partitionBy());
    List<String> orders = write.orders(window.orderBy());
    List<String> calls = new ArrayList<>();
    for (WindowCall call : window.calls()) {
      List<Expr> arguments = call.arguments();
      Type type = call.column().type();
      SqlDialect.Over over = new SqlDialect.Over(partitions, orders, call.frame());
      String value = dialect.call(call.function(), arguments, write.all(arguments), type, over);
      calls.add(named(write.cast(value, type), call.column()));
    }
    return Select.everything(calls).from(nested(window.input())).sql();
  }

  @Override
  public String visit(QueryPlan.Limit limit) {
    String rows = Select.everything(List.of()).from(nested(limit.input())).sql();
    if (!limit.orderBy().isEmpty()) {
      rows += " ORDER BY " + String.join(", ", write.orders(limit.orderBy()));
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
        outputs.add(named(write.cast(write.sql(row.get(i)), column.type()), column));
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
    return SumMergeSql.applies(merged)
        ? new SumMergeSql(merged, write).select(stored, removed, added)
        : new GroupMergeSql(merged, write).select(stored, removed, added);
  }

  /** The name under which the rows of an operator are computed once. */
  private String once(Plan.AssignUniqueId assign) {
    @Nullable String known = known(assign);
    if (known == null) {
      String number = named(dialect.rowNumbers(), assign.number());
      String body = Select.everything(List.of(number)).from(nested(assign.input())).sql();
      known = share(assign, "n" + assign.number().id(), body);
    }
    return known;
  }

  private String once(DeltaPlan.Shared once) {
    @Nullable String known = known(once);
    if (known == null) {
      String body = once.input().accept(this);
      known = share(once, "w" + ++alias, body);
    }
    return known;
  }

  private @Nullable String known(Plan plan) {
    Optional<String> computed = relations.computed(plan);
    return computed.isPresent() ? computed.get() : shared.get(plan);
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

  private List<String> assigned(List<Assignment> assignments) {
    return assigned(assignments, UnaryOperator.identity());
  }

  private List<String> assigned(List<Assignment> assignments, UnaryOperator<Expr> names) {
    return assignments.stream()
        .map(assignment -> named(write.sql(names.apply(assignment.value())), assignment.column()))
        .toList();
  }

  static String named(String sql, PlanColumn column) {
    return Sql.as(sql, column(column.id()));
  }
}
