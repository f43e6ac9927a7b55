package io.bergview.projection.route;

import io.bergview.projection.plan.AggregateCall;
import io.bergview.projection.plan.DefinitionVisitor;
import io.bergview.projection.plan.DeltaPlan.Match;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.ExprRewrite;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.Plan.JoinKey;
import io.bergview.projection.plan.PlanColumn;
import io.bergview.projection.plan.Pred;
import io.bergview.projection.plan.QueryPlan;
import io.bergview.projection.plan.QueryPlan.Equality;
import io.bergview.projection.plan.ScalarFunction;
import io.bergview.projection.plan.SortOrder;
import io.bergview.projection.plan.WindowCall;
import io.bergview.projection.route.CanonicalNames.Occurrence;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.types.Types;

/**
 * What an operator says of its rows and of the meaning of its columns. An operator that is more
 * than a join, a filter or a computed value is a relation of its own, equal to every other of the
 * same kind over the same rows. Columns without a meaning equal no others.
 */
final class RowLearning extends DefinitionVisitor<Plan> {
  private static final String LOOKED_UP = "looked up";

  /**
   * What a window computes. It depends on all of its input, so that names in it stay what they are
   * where a later filter makes two of them the same.
   */
  private record WindowValue(
      Object over, ScalarFunction function, List<Expr> arguments, String frame) {}

  private final CanonicalRows rows;

  RowLearning(CanonicalRows rows) {
    this.rows = rows;
  }

  /** Whether rows of a single table are looked up, all of them, by keys alone. */
  static boolean isPlainLookUp(List<?> relation) {
    return relation.size() == 5
        && relation.get(0).equals(LOOKED_UP)
        && ((Set<?>) relation.get(1)).size() == 1
        && ((Set<?>) relation.get(2)).isEmpty()
        && ((List<?>) relation.get(4)).isEmpty();
  }

  @Override
  public Plan visit(Plan.Scan scan) {
    Occurrence table = rows.made(rows.table(scan));
    scan.reads().forEach(read -> rows.mean(read.column(), table, read.fieldId()));
    return scan;
  }

  @Override
  public Plan visit(Plan.LeftJoin join) {
    join.input().accept(this);
    CanonicalRows target = rows.lookedUp(join.target());
    Occurrence one = rows.one(lookedUp(target, equalities(join.on()), Optional.empty()));
    mean(join.target().columns(), one, target);
    return join;
  }

  @Override
  public Plan visit(Plan.JoinToMany join) {
    join.input().accept(this);
    if (join.keepEmpty()) {
      left(join.children(), equalities(join.on()), Optional.empty());
    } else {
      inner(join.children(), equalities(join.on()), Optional.empty());
    }
    return join;
  }

  @Override
  public Plan visit(QueryPlan.Join join) {
    join.left().accept(this);
    switch (join.kind()) {
      case INNER -> inner(join.right(), join.on(), join.condition());
      case LEFT -> left(join.right(), join.on(), join.condition());
      case SEMI, ANTI -> {
        CanonicalRows right = rows.lookedUp(join.right());
        Object found = List.of(join.kind(), conditional(join, right));
        rows.filter(new Pred.IsTrue(rows.names().of(found, Types.BooleanType.get())));
      }
    }
    return join;
  }

  private Object conditional(QueryPlan.Join join, CanonicalRows right) {
    return lookedUp(right, join.on(), join.condition().map(value -> both(value, right)));
  }

  private void inner(Plan right, List<Equality> on, Optional<Expr> condition) {
    right.accept(this);
    on.forEach(
        key -> rows.filter(Equalities.of(rows.of(key.left()), rows.of(key.right()), key.match())));
    condition.ifPresent(value -> rows.filter(rows.of(new Pred.IsTrue(value))));
  }

  private void left(Plan plan, List<Equality> on, Optional<Expr> condition) {
    CanonicalRows right = rows.lookedUp(plan);
    if (isByKey(plan, on)) {
      Object one = lookedUp(right, on, condition.map(value -> both(value, right)));
      mean(plan.columns(), rows.one(one), right);
      return;
    }
    Occurrence each = rows.made(lookedUp(right, on, condition.map(value -> both(value, right))));
    mean(plan.columns(), each, right);
  }

  /** Whether groups are found by all of their keys: then by one at most. */
  private static boolean isByKey(Plan plan, List<Equality> on) {
    QueryBlock block = QueryBlock.of(plan);
    if (block.groups().isEmpty()) {
      return false;
    }
    Map<PlanColumn, Expr> values = new HashMap<>();
    block.outputs().forEach(output -> values.put(output.column(), output.value()));
    Set<Expr> found = new HashSet<>();
    on.forEach(key -> found.add(ExprRewrite.columns(key.right(), values)));
    return block.groups().get().keys().stream()
        .allMatch(key -> found.contains(new Expr.Ref(key.column())));
  }

  /** A condition over columns of these rows and of others. */
  private Expr both(Expr value, CanonicalRows right) {
    return ExprRewrite.of(
            value,
            part ->
                part instanceof Expr.Ref
                    ? Optional.of(right.knows(part) ? right.of(part) : rows.of(part))
                    : Optional.empty())
        .orElseThrow();
  }

  private static List<Equality> equalities(List<JoinKey> on) {
    return on.stream().map(key -> new Equality(key.input(), key.other(), Match.EQUAL)).toList();
  }

  private List<Object> lookedUp(CanonicalRows right, List<Equality> on, Optional<Expr> condition) {
    Set<Object> keys = new LinkedHashSet<>();
    on.forEach(key -> keys.add(List.of(rows.of(key.left()), right.of(key.right()), key.match())));
    return List.of(
        LOOKED_UP,
        Set.copyOf(right.grain()),
        Set.copyOf(right.filters()),
        Set.copyOf(keys),
        condition.<List<Object>>map(List::of).orElse(List.of()));
  }

  private void mean(List<PlanColumn> columns, Occurrence of, CanonicalRows others) {
    columns.forEach(column -> rows.mean(column, of, others.of(new Expr.Ref(column))));
  }

  /** A relation of its own, made of the rows of a plan. */
  private Occurrence own(String kind, CanonicalRows input, Object how) {
    return rows.made(List.of(kind, Set.copyOf(input.grain()), Set.copyOf(input.filters()), how));
  }

  /** The order of lists without an explicit order depends on the other listed values. */
  @Override
  public Plan visit(Plan.NestedAggregate nested) {
    nested.input().accept(this);
    CanonicalRows children = rows.lookedUp(nested.children());
    Object all = lookedUp(children, equalities(nested.on()), Optional.empty());
    List<Expr> order = children.of(nested.orderBy());
    for (AggregateCall call : nested.calls()) {
      boolean list = call.kind() == AggregateCall.AggregateFunction.LIST;
      if (!list || !order.isEmpty()) {
        Object value = list ? List.of(children.parts(call), order) : children.parts(call);
        rows.mean(
            call.column(), rows.names().of(List.of("nested", all, value), call.column().type()));
      }
    }
    return nested;
  }

  @Override
  public Plan visit(Plan.AssignUniqueId assign) {
    assign.input().accept(this);
    return assign;
  }

  @Override
  public Plan visit(Plan.UnnestElements unnest) {
    // Elements are distinguished by the number of their row, which has no meaning.
    rows.made(new Object());
    return unnest;
  }

  @Override
  public Plan visit(Plan.Unnest unnest) {
    unnest.input().accept(this);
    Occurrence each = rows.made(List.of("elements", rows.of(unnest.list()), unnest.keepEmpty()));
    rows.mean(unnest.element(), each, "element");
    rows.mean(unnest.ordinal(), each, "ordinal");
    return unnest;
  }

  @Override
  public Plan visit(Plan.Extend extend) {
    extend.input().accept(this);
    extend.added().forEach(added -> rows.mean(added.column(), rows.of(added.value())));
    return extend;
  }

  @Override
  public Plan visit(Plan.Project project) {
    project.input().accept(this);
    project.outputs().forEach(output -> rows.mean(output.column(), rows.of(output.value())));
    return project;
  }

  @Override
  public Plan visit(Plan.Filter filter) {
    filter.input().accept(this);
    rows.filter(rows.of(filter.predicate()));
    return filter;
  }

  @Override
  public Plan visit(Plan.Aggregate aggregate) {
    CanonicalRows input = rows.lookedUp(aggregate.input());
    Set<Object> keys = new LinkedHashSet<>();
    aggregate.keys().forEach(key -> keys.add(input.of(key.value())));
    Occurrence groups = own("groups", input, Set.copyOf(keys));
    aggregate.keys().forEach(key -> rows.mean(key.column(), groups, input.of(key.value())));
    aggregate.calls().forEach(call -> rows.mean(call.column(), groups, input.parts(call)));
    return aggregate;
  }

  @Override
  public Plan visit(QueryPlan.Window window) {
    if (!rows.grain().isEmpty()) {
      // A value of a window depends on all rows of its input, and these are joined with others.
      CanonicalRows input = rows.lookedUp(window);
      mean(window.columns(), own("rows", input, ""), input);
      return window;
    }
    window.input().accept(this);
    Object over =
        List.of(
            Set.copyOf(rows.grain()),
            Set.copyOf(rows.filters()),
            Set.copyOf(rows.of(window.partitionBy())),
            order(window.orderBy(), rows));
    for (WindowCall call : window.calls()) {
      WindowValue value =
          new WindowValue(over, call.function(), rows.of(call.arguments()), call.frame());
      rows.mean(call.column(), rows.names().of(value, call.column().type()));
    }
    return window;
  }

  @Override
  public Plan visit(QueryPlan.Limit limit) {
    if (limit.rows().isEmpty() && limit.skipped() == 0) {
      limit.input().accept(this);
      return limit;
    }
    CanonicalRows input = rows.lookedUp(limit.input());
    Object how =
        List.of(
            order(limit.orderBy(), input), limit.rows().orElse(Long.MAX_VALUE), limit.skipped());
    mean(limit.columns(), own("limit", input, how), input);
    return limit;
  }

  private static List<Object> order(List<SortOrder> orderBy, CanonicalRows rows) {
    List<Object> order = new ArrayList<>();
    orderBy.forEach(
        by -> order.add(List.of(rows.of(by.value()), by.descending(), by.nullsFirst())));
    return List.copyOf(order);
  }

  @Override
  public Plan visit(QueryPlan.Union union) {
    List<CanonicalRows> inputs = union.inputs().stream().map(rows::lookedUp).toList();
    List<Object> all = new ArrayList<>();
    inputs.forEach(
        input -> all.add(List.of(Set.copyOf(input.grain()), Set.copyOf(input.filters()))));
    Occurrence each = rows.made(List.of("union", List.copyOf(all)));
    for (int i = 0; i < union.columns().size(); i++) {
      List<Object> values = new ArrayList<>();
      for (int input = 0; input < inputs.size(); input++) {
        PlanColumn column = union.inputs().get(input).columns().get(i);
        values.add(inputs.get(input).of(new Expr.Ref(column)));
      }
      rows.mean(union.columns().get(i), each, List.copyOf(values));
    }
    return union;
  }

  @Override
  public Plan visit(QueryPlan.Values values) {
    Occurrence constants = rows.made(List.of("values", values.rows()));
    for (int i = 0; i < values.columns().size(); i++) {
      rows.mean(values.columns().get(i), constants, i);
    }
    return values;
  }
}
