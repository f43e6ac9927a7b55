package io.bergview.projection.route;

import static java.util.stream.Collectors.joining;

import io.bergview.projection.definition.GroupKey.TimeUnit;
import io.bergview.projection.definition.TableName;
import io.bergview.projection.plan.AggregateCall;
import io.bergview.projection.plan.AggregateCall.AggregateFunction;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.ExprColumns;
import io.bergview.projection.plan.ExprRewrite;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.Plan.Assignment;
import io.bergview.projection.plan.PlanColumn;
import io.bergview.projection.plan.Pred;
import io.bergview.projection.plan.PredVisitor;
import io.bergview.projection.plan.ResolvedView;
import io.bergview.projection.plan.RollUp;
import io.bergview.projection.plan.SourceTable;
import io.bergview.projection.plan.ViewColumns;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * Answers a query from a view's table: if the view has the same root and the same grain, or groups
 * that can be rolled up to the query's groups; has every row that the query needs; and keeps every
 * value that it uses, or the inputs of that value.
 *
 * <p>Both are compared as plans, by the meaning of their columns ({@link CanonicalExpressions}), so
 * that neither the names of columns nor the order of joins matter. After Goldstein and Larson,
 * "Optimizing Queries Using Materialized Views" (SIGMOD 2001): the same source, the view's filter
 * implied by the query's, the rest of the query's filter and its outputs computable from the view's
 * outputs.
 */
public final class ViewMatcher {
  private final CanonicalExpressions.Names names = new CanonicalExpressions.Names();
  private final Plan.Project query;
  private final Plan.Project view;
  private final CanonicalExpressions wanted;
  private final CanonicalExpressions kept;
  private final ViewColumns columns;
  private final Map<Expr, Expr> places = new HashMap<>();

  private ViewMatcher(
      ResolvedView query,
      ResolvedView view,
      SourceTable stored,
      UnaryOperator<TableName> qualified) {
    this.query = (Plan.Project) query.plan();
    this.view = (Plan.Project) view.plan();
    this.wanted = CanonicalExpressions.of(rows(this.query), names, qualified);
    this.kept = CanonicalExpressions.of(rows(this.view), names, qualified);
    this.columns = new ViewColumns(stored, query);
  }

  /**
   * @param stored the view's table, with its hidden column
   * @param qualified gives the qualified name of each table
   */
  public static ViewMatch of(
      ResolvedView query,
      ResolvedView view,
      SourceTable stored,
      UnaryOperator<TableName> qualified) {
    return new ViewMatcher(query, view, stored, qualified).cover();
  }

  private static Plan rows(Plan.Project plan) {
    return plan.input() instanceof Plan.Aggregate aggregate ? aggregate.input() : plan.input();
  }

  private static Optional<Plan.Aggregate> groups(Plan.Project plan) {
    return plan.input() instanceof Plan.Aggregate aggregate
        ? Optional.of(aggregate)
        : Optional.empty();
  }

  private ViewMatch cover() {
    if (!wanted.grain().equals(kept.grain())) {
      return new ViewMatch.NotMatched(
          wanted.grain().get(0).equals(kept.grain().get(0))
              ? "has rows of another grain ($unnest)"
              : "is of another table");
    }
    groups(view).ifPresent(kept::group);
    view.outputs().forEach(this::learn);
    for (Pred filter : kept.filters()) {
      if (!Implication.holds(wanted.filters(), filter)) {
        return new ViewMatch.NotMatched("excludes rows that the query needs, by its own filter");
      }
    }
    List<Pred> filters = new ArrayList<>();
    for (Pred filter : wanted.filters()) {
      if (!kept.filters().contains(filter)) {
        Optional<Pred> there = there(filter);
        if (there.isEmpty()) {
          return new ViewMatch.NotMatched(
              groups(view).isPresent()
                  ? "has groups that the filter would split"
                  : "lacks a column that the filter uses");
        }
        filters.add(there.get());
      }
    }
    Optional<Plan.Aggregate> asked = groups(query);
    if (groups(view).isEmpty()) {
      return asked.isPresent() ? grouped(asked.get(), filters) : shown(filters);
    }
    return asked.isPresent()
        ? fromGroups(asked.get(), groups(view).get(), filters)
        : new ViewMatch.NotMatched("has groups, but the query returns rows");
  }

  /** The same of what the view keeps. */
  private Optional<Pred> there(Pred filter) {
    return filter.accept(new There());
  }

  /** A junction is present if its terms are; any other predicate as a whole. */
  private final class There implements PredVisitor<Optional<Pred>> {
    @Override
    public Optional<Pred> visit(Pred.And and) {
      return all(and.terms()).map(Pred.And::new);
    }

    @Override
    public Optional<Pred> visit(Pred.Or or) {
      return all(or.terms()).map(Pred.Or::new);
    }

    @Override
    public Optional<Pred> visit(Pred.Not not) {
      return not.term().accept(this).map(Pred.Not::new);
    }

    @Override
    public Optional<Pred> visit(Pred.Compare compare) {
      return whole(compare).or(() -> AlignedTime.of(compare, places));
    }

    @Override
    public Optional<Pred> visit(Pred.In in) {
      return whole(in);
    }

    @Override
    public Optional<Pred> visit(Pred.IsNull isNull) {
      return whole(isNull);
    }

    @Override
    public Optional<Pred> visit(Pred.IsTrue isTrue) {
      return whole(isTrue);
    }

    @Override
    public Optional<Pred> visit(Pred.StartsWith starts) {
      return whole(starts);
    }

    private Optional<Pred> whole(Pred filter) {
      return ExprRewrite.of(filter, ViewMatcher.this::placeOf);
    }

    private Optional<List<Pred>> all(List<Pred> terms) {
      List<Pred> there = new ArrayList<>();
      terms.forEach(term -> term.accept(this).ifPresent(there::add));
      return there.size() == terms.size() ? Optional.of(there) : Optional.empty();
    }
  }

  /**
   * Where a value is kept, and what it consists of. The table may lack what the view would keep
   * now: a count of values was one of rows before a column of the source could be null.
   */
  private void learn(Assignment output) {
    columns.column(output.column().label()).ifPresent(column -> learn(output.value(), column));
  }

  private void learn(Expr value, Expr at) {
    if (value.type().isPrimitiveType() && !value.type().equals(at.type())) {
      return;
    }
    places.putIfAbsent(kept.of(value), at);
    if (value instanceof Expr.Pack pack) {
      for (int i = 0; i < pack.values().size(); i++) {
        Types.NestedField field = pack.type().fields().get(i);
        Types.NestedField stored = at.type().asStructType().field(field.name());
        if (stored != null) {
          learn(pack.values().get(i), new Expr.Field(at, field.name(), stored.type()));
        }
      }
    } else if (value instanceof Expr.Cast cast && isExact(cast)) {
      places.putIfAbsent(kept.of(cast.value()), new Expr.Cast(at, cast.value().type()));
    }
  }

  /** Whether a sum is shown in a type from which it can be taken back. */
  private static boolean isExact(Expr.Cast cast) {
    return cast.value().type() instanceof Types.DecimalType inner
        && (cast.type() instanceof Types.DecimalType shown
            ? shown.scale() == inner.scale()
            : cast.type().typeId() == Type.TypeID.LONG && inner.scale() == 0);
  }

  private Optional<Expr> placeOf(Expr meaning) {
    return Optional.ofNullable(places.get(meaning)).or(() -> coarser(meaning));
  }

  /** The start of a unit of time, from that of a finer one. */
  private Optional<Expr> coarser(Expr meaning) {
    if (!(meaning instanceof Expr.Truncate wide)) {
      return Optional.empty();
    }
    for (Map.Entry<Expr, Expr> entry : places.entrySet()) {
      if (entry.getKey() instanceof Expr.Truncate fine
          && fine.value().equals(wide.value())
          && fine.zone().equals(wide.zone())
          && isUnionOf(wide.unit(), fine.unit())) {
        return Optional.of(
            new Expr.Truncate(entry.getValue(), wide.unit(), wide.zone(), wide.type()));
      }
    }
    return Optional.empty();
  }

  private static boolean isUnionOf(TimeUnit wide, TimeUnit fine) {
    return switch (fine) {
      case MINUTE -> true;
      case HOUR -> wide != TimeUnit.MINUTE;
      case DAY -> wide != TimeUnit.MINUTE && wide != TimeUnit.HOUR;
      case MONTH -> wide == TimeUnit.QUARTER || wide == TimeUnit.YEAR;
      case QUARTER -> wide == TimeUnit.YEAR;
      case WEEK, YEAR -> false;
    };
  }

  private ViewMatch shown(List<Pred> filters) {
    List<Assignment> outputs = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    for (Assignment output : query.outputs()) {
      Optional<Expr> value = ExprRewrite.of(wanted.of(output.value()), this::placeOf);
      value.ifPresent(there -> outputs.add(new Assignment(output.column(), there)));
      if (value.isEmpty()) {
        missing.add(output.column().label());
      }
    }
    return missing.isEmpty()
        ? covers(
            new Plan.Project(from(filters, expressions(outputs)), outputs),
            ViewMatch.MatchKind.ROWS)
        : lacks(missing);
  }

  private ViewMatch grouped(Plan.Aggregate asked, List<Pred> filters) {
    List<String> missing = new ArrayList<>();
    List<Assignment> keys = keys(asked, missing);
    List<AggregateCall> calls = new ArrayList<>();
    List<Expr> used = new ArrayList<>(expressions(keys));
    for (AggregateCall call : asked.calls()) {
      Optional<Expr> argument = ExprRewrite.of(wanted.of(call.argument()), this::placeOf);
      List<Expr> order = new ArrayList<>();
      for (Expr by : call.orderBy()) {
        ExprRewrite.of(wanted.of(by), this::placeOf).ifPresent(order::add);
      }
      if (argument.isEmpty() || order.size() < call.orderBy().size()) {
        missing.add(call.column().label());
      } else {
        calls.add(call.over(argument.get(), order));
        used.add(argument.get());
        used.addAll(order);
      }
    }
    return missing.isEmpty()
        ? covers(
            new Plan.Project(new Plan.Aggregate(from(filters, used), keys, calls), query.outputs()),
            ViewMatch.MatchKind.GROUPED)
        : lacks(missing);
  }

  private List<Assignment> keys(Plan.Aggregate asked, List<String> missing) {
    List<Assignment> keys = new ArrayList<>();
    for (Assignment key : asked.keys()) {
      Optional<Expr> value = ExprRewrite.of(wanted.of(key.value()), this::placeOf);
      value.ifPresent(there -> keys.add(new Assignment(key.column(), there)));
      if (value.isEmpty()) {
        missing.add(key.column().label());
      }
    }
    return keys;
  }

  private ViewMatch fromGroups(Plan.Aggregate asked, Plan.Aggregate has, List<Pred> filters) {
    List<String> missing = new ArrayList<>();
    List<Assignment> keys = keys(asked, missing);
    if (!missing.isEmpty()) {
      return lacks(missing);
    }
    boolean total = asked.keys().isEmpty();
    return sameGroups(asked, has) && (!total || filters.isEmpty())
        ? sameGroups(asked, keys, filters)
        : rolledUp(asked, keys, filters, has.keys().isEmpty());
  }

  private boolean sameGroups(Plan.Aggregate asked, Plan.Aggregate has) {
    Set<Expr> theirs = new LinkedHashSet<>();
    asked.keys().forEach(key -> theirs.add(wanted.of(key.value())));
    Set<Expr> ours = new LinkedHashSet<>();
    has.keys().forEach(key -> ours.add(kept.of(key.value())));
    return theirs.equals(ours);
  }

  private ViewMatch sameGroups(Plan.Aggregate asked, List<Assignment> keys, List<Pred> filters) {
    List<Assignment> groups = new ArrayList<>(keys);
    List<String> missing = new ArrayList<>();
    for (AggregateCall call : asked.calls()) {
      Expr at = places.get(wanted.of(call));
      if (at == null) {
        missing.add(call.column().label());
      } else {
        groups.add(new Assignment(call.column(), at));
      }
    }
    return missing.isEmpty()
        ? covers(
            new Plan.Project(
                new Plan.Project(from(filters, expressions(groups)), groups), query.outputs()),
            ViewMatch.MatchKind.GROUPS)
        : lacks(missing);
  }

  /**
   * The query's groups, put together from the view's. A grand total has a row even where no row of
   * the view is left.
   *
   * @param single whether the view has only one group, so that nothing has to be added up
   */
  private ViewMatch rolledUp(
      Plan.Aggregate asked, List<Assignment> keys, List<Pred> filters, boolean single) {
    List<RollUp.Part> parts = new ArrayList<>();
    List<Assignment> inputs = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    List<String> whole = new ArrayList<>();
    for (AggregateCall call : asked.calls()) {
      Expr at = places.get(wanted.of(call));
      if (at == null) {
        missing.add(call.column().label());
      } else if (!RollUp.adds(call.kind()) && !single) {
        whole.add(call.column().label());
      } else {
        Optional<RollUp.Part> part = part(call, input(at, inputs), inputs);
        part.ifPresent(parts::add);
        if (part.isEmpty()) {
          missing.add(call.column().label());
        }
      }
    }
    if (!missing.isEmpty()) {
      return lacks(missing);
    }
    if (!whole.isEmpty()) {
      return new ViewMatch.NotMatched(
          "has finer groups, whose %s cannot be put together".formatted(String.join(", ", whole)));
    }
    List<Assignment> keyInputs = new ArrayList<>();
    List<Assignment> over = new ArrayList<>();
    for (Assignment key : keys) {
      over.add(new Assignment(key.column(), new Expr.Ref(input(key.value(), keyInputs))));
    }
    keyInputs.addAll(inputs);
    Plan groups = new Plan.Project(from(filters, expressions(keyInputs)), keyInputs);
    return covers(
        new Plan.Project(new RollUp(groups, over, parts), query.outputs()),
        single ? ViewMatch.MatchKind.GROUPS : ViewMatch.MatchKind.ROLLED_UP);
  }

  /** Empty where the view lacks what the moments of its groups are weighed by. */
  private Optional<RollUp.Part> part(
      AggregateCall call, PlanColumn value, List<Assignment> inputs) {
    if (call.kind() != AggregateFunction.MEAN
        && call.kind() != AggregateFunction.SQUARED_DEVIATIONS) {
      return Optional.of(new RollUp.Part(call, value, Optional.empty(), Optional.empty()));
    }
    List<AggregateCall> calls = groups(query).orElseThrow().calls();
    Optional<PlanColumn> count = place(call.countAmong(calls), inputs);
    Optional<PlanColumn> mean =
        calls.stream()
            .filter(o -> o.kind() == AggregateFunction.MEAN && o.argument().equals(call.argument()))
            .findFirst()
            .flatMap(other -> place(other, inputs));
    return count.isPresent() && mean.isPresent()
        ? Optional.of(new RollUp.Part(call, value, count, mean))
        : Optional.empty();
  }

  private Optional<PlanColumn> place(AggregateCall call, List<Assignment> inputs) {
    return Optional.ofNullable(places.get(wanted.of(call))).map(at -> input(at, inputs));
  }

  private PlanColumn input(Expr at, List<Assignment> inputs) {
    Optional<PlanColumn> there =
        inputs.stream()
            .filter(input -> input.value().equals(at))
            .map(Assignment::column)
            .findFirst();
    if (there.isPresent()) {
      return there.get();
    }
    PlanColumn made = columns.next("part", at.type());
    inputs.add(new Assignment(made, at));
    return made;
  }

  private static List<Expr> expressions(List<Assignment> assignments) {
    return assignments.stream().map(Assignment::value).toList();
  }

  /** The required rows of the view, with the columns that some expressions read. */
  private Plan from(List<Pred> filters, List<Expr> values) {
    Set<PlanColumn> read = new LinkedHashSet<>();
    values.forEach(value -> read.addAll(ExprColumns.of(value)));
    filters.forEach(filter -> read.addAll(ExprColumns.of(filter)));
    Plan.Scan scan = columns.scan(read);
    return filters.isEmpty() ? scan : new Plan.Filter(scan, new Pred.And(filters));
  }

  private static ViewMatch covers(Plan plan, ViewMatch.MatchKind way) {
    return new ViewMatch.Matched(plan, way);
  }

  private static ViewMatch lacks(List<String> missing) {
    return new ViewMatch.NotMatched(
        "does not keep " + missing.stream().distinct().collect(joining(", ")));
  }
}
