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
import io.bergview.projection.plan.RollUp;
import io.bergview.projection.plan.ViewColumns;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * Answers a query from a view's table: if the view has the same root and the same grain, or groups
 * that can be rolled up to the query's groups; has every row that the query needs; and keeps every
 * value that it uses, or the inputs of that value.
 *
 * <p>Both are compared as plans, by the meaning of their columns ({@link CanonicalRows}), so that
 * neither the names of columns nor the order of joins matter. After Goldstein and Larson,
 * "Optimizing Queries Using Materialized Views" (SIGMOD 2001): the same source, the view's filter
 * implied by the query's, the rest of the query's filter and its outputs computable from the view's
 * outputs.
 */
final class ViewMatcher {
  static final String OTHER_TABLE = "is of another table";

  private final QueryBlock query;
  private final QueryBlock view;

  /** The query's rows as they are. */
  private final CanonicalRows asked;

  /** The view's rows as they are. */
  private final CanonicalRows stored;

  /** As {@code asked}, with one name for columns that the query's filters make the same. */
  private final CanonicalRows wanted;

  /** As {@code stored}, with the same names. */
  private final CanonicalRows kept;

  private final ViewColumns columns;
  private final Map<Expr, Expr> places = new HashMap<>();
  private final Map<Expr, Expr> placesAsTheyAre = new HashMap<>();

  private ViewMatcher(
      Plan query, Plan view, ViewColumns columns, UnaryOperator<TableName> qualified) {
    CanonicalNames names = new CanonicalNames();
    this.query = QueryBlock.of(query);
    this.view = QueryBlock.of(view);
    this.columns = columns;
    this.stored = CanonicalRows.of(this.view.rows(), names, qualified);
    this.asked =
        JoinsAsLookUps.of(CanonicalRows.of(this.query.rows(), names, qualified), stored.toOne());
    Map<PlanColumn, Expr> united = asked.united();
    this.wanted = asked.renamed(united);
    this.kept = stored.renamed(united);
  }

  /**
   * @param query a whole query, or a part that needs no columns of others
   * @param view its definition
   * @param columns those of the view's table, with its hidden column
   * @param qualified gives the qualified name of each table
   */
  static ViewMatch of(
      Plan query, Plan view, ViewColumns columns, UnaryOperator<TableName> qualified) {
    return new ViewMatcher(query, view, columns, qualified).cover();
  }

  private ViewMatch cover() {
    Set<Object> others = new LinkedHashSet<>(wanted.grain());
    others.removeAll(kept.grain());
    if (!wanted.grain().containsAll(kept.grain()) || !kept.toOne().containsAll(others)) {
      return new ViewMatch.NotMatched(
          wanted.grain().contains(kept.grain().iterator().next())
              ? "has rows of another grain (joins, $unnest)"
              : OTHER_TABLE);
    }
    view.groups().ifPresent(stored::group);
    view.groups().ifPresent(kept::group);
    for (Assignment output : view.outputs()) {
      learn(output, stored, placesAsTheyAre);
      learn(output, kept, places);
    }
    for (Pred filter : kept.filters()) {
      if (!Implication.holds(wanted.filters(), filter)) {
        return new ViewMatch.NotMatched("excludes rows that the query needs, by its own filter");
      }
    }
    Optional<List<Pred>> filters = filters();
    if (filters.isEmpty()) {
      return new ViewMatch.NotMatched(
          view.groups().isPresent()
              ? "has groups that the filter would split"
              : "lacks a column that the filter uses");
    }
    Optional<Plan.Aggregate> groups = query.groups();
    if (view.groups().isEmpty()) {
      return groups.isPresent() ? grouped(groups.get(), filters.get()) : shown(filters.get());
    }
    return groups.isPresent()
        ? fromGroups(groups.get(), view.groups().get(), filters.get())
        : new ViewMatch.NotMatched("has groups, but the query returns rows");
  }

  /**
   * What is left of the query's filters, over what the view keeps; empty if it keeps too little.
   */
  private Optional<List<Pred>> filters() {
    Map<PlanColumn, Expr> united = asked.united();
    Map<PlanColumn, Expr> there = stored.united();
    List<Pred> filters = new ArrayList<>();
    Set<Pred> done = new HashSet<>(kept.filters());
    for (Pred filter : asked.filters()) {
      Optional<Expr.Call> equality = Equalities.uniting(filter);
      if (equality.isPresent()) {
        List<Expr> sides = equality.get().arguments();
        done.add(Equalities.notNull(Equalities.standing(sides.get(0), united)));
        boolean holds =
            Equalities.standing(sides.get(0), there)
                .equals(Equalities.standing(sides.get(1), there));
        Optional<Pred> same =
            ExprRewrite.of(filter, value -> Optional.ofNullable(placesAsTheyAre.get(value)));
        if (!holds && same.isEmpty()) {
          return Optional.empty();
        }
        same.filter(any -> !holds).ifPresent(filters::add);
      }
    }
    for (Pred filter : wanted.filters()) {
      if (!done.contains(filter)) {
        Optional<Pred> same = there(filter);
        if (same.isEmpty()) {
          return Optional.empty();
        }
        filters.add(same.get());
      }
    }
    return Optional.of(filters);
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
  private void learn(Assignment output, CanonicalRows rows, Map<Expr, Expr> places) {
    columns
        .column(output.column().label())
        .ifPresent(column -> learn(output.value(), column, rows, places));
  }

  private static void learn(Expr value, Expr at, CanonicalRows rows, Map<Expr, Expr> places) {
    if (value.type().isPrimitiveType() && !value.type().equals(at.type())) {
      return;
    }
    Expr meaning = rows.of(value);
    places.putIfAbsent(meaning, at);
    if (value instanceof Expr.Pack pack) {
      for (int i = 0; i < pack.values().size(); i++) {
        Types.NestedField field = pack.type().fields().get(i);
        Types.NestedField stored = at.type().asStructType().field(field.name());
        if (stored != null) {
          learn(
              pack.values().get(i), new Expr.Field(at, field.name(), stored.type()), rows, places);
        }
      }
    } else if (meaning instanceof Expr.Cast cast && isExact(cast)) {
      places.putIfAbsent(cast.value(), new Expr.Cast(at, cast.value().type()));
    }
  }

  /** Whether a sum or a date is shown in a type from which it can be taken back. */
  private static boolean isExact(Expr.Cast cast) {
    boolean date =
        cast.value().type().typeId() == Type.TypeID.DATE
            && cast.type().typeId() == Type.TypeID.TIMESTAMP;
    return date || cast.isExact();
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
      List<Expr> lost = new ArrayList<>();
      AggregateCall there =
          call.mapOperands(
              value -> {
                Optional<Expr> at = ExprRewrite.of(wanted.of(value), this::placeOf);
                at.ifPresentOrElse(used::add, () -> lost.add(value));
                return at.orElse(value);
              });
      if (lost.isEmpty()) {
        calls.add(there);
      } else {
        missing.add(shownAs(call.column()));
      }
    }
    return missing.isEmpty()
        ? covers(
            query.over(new Plan.Aggregate(from(filters, used), keys, calls)),
            ViewMatch.MatchKind.GROUPED)
        : lacks(missing);
  }

  private List<Assignment> keys(Plan.Aggregate asked, List<String> missing) {
    List<Assignment> keys = new ArrayList<>();
    for (Assignment key : asked.keys()) {
      Optional<Expr> value = ExprRewrite.of(wanted.of(key.value()), this::placeOf);
      value.ifPresent(there -> keys.add(new Assignment(key.column(), there)));
      if (value.isEmpty()) {
        missing.add(shownAs(key.column()));
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
    boolean same = sameGroups(asked, has) && (!total || filters.isEmpty());
    if (!view.having().isEmpty() && !(same && needsNoOther(asked))) {
      return new ViewMatch.NotMatched("leaves out groups that the query needs");
    }
    return same
        ? sameGroups(asked, keys, filters)
        : rolledUp(asked, keys, filters, has.keys().isEmpty());
  }

  /** Whether the query leaves out the groups that the view leaves out. */
  private boolean needsNoOther(Plan.Aggregate asked) {
    wanted.group(asked);
    List<Pred> given = query.having().stream().flatMap(p -> terms(wanted.of(p))).toList();
    return view.having().stream()
        .flatMap(p -> terms(kept.of(p)))
        .allMatch(p -> Implication.holds(given, p));
  }

  private static Stream<Pred> terms(Pred predicate) {
    return predicate instanceof Pred.And and ? and.terms().stream() : Stream.of(predicate);
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
        missing.add(shownAs(call.column()));
      } else {
        groups.add(new Assignment(call.column(), at));
      }
    }
    return missing.isEmpty()
        ? covers(
            query.over(new Plan.Project(from(filters, expressions(groups)), groups)),
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
        missing.add(shownAs(call.column()));
      } else if (!RollUp.adds(call.kind()) && !single) {
        whole.add(shownAs(call.column()));
      } else {
        Optional<RollUp.Part> part = part(call, input(at, inputs), inputs);
        part.ifPresent(parts::add);
        if (part.isEmpty()) {
          missing.add(shownAs(call.column()));
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
        query.over(new RollUp(groups, over, parts)),
        single ? ViewMatch.MatchKind.GROUPS : ViewMatch.MatchKind.ROLLED_UP);
  }

  /** Empty where the view lacks what the moments of its groups are weighed by. */
  private Optional<RollUp.Part> part(
      AggregateCall call, PlanColumn value, List<Assignment> inputs) {
    if (call.kind() != AggregateFunction.MEAN
        && call.kind() != AggregateFunction.SQUARED_DEVIATIONS) {
      return Optional.of(new RollUp.Part(call, value, Optional.empty(), Optional.empty()));
    }
    List<AggregateCall> calls = query.groups().orElseThrow().calls();
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

  /** The column of the query that needs a value of its groups. */
  private String shownAs(PlanColumn value) {
    return query.outputs().stream()
        .filter(output -> ExprColumns.of(output.value()).contains(value))
        .map(output -> output.column().label())
        .findFirst()
        .orElse(value.label());
  }

  private static ViewMatch covers(Plan plan, ViewMatch.MatchKind way) {
    return new ViewMatch.Matched(plan, way);
  }

  private static ViewMatch lacks(List<String> missing) {
    return new ViewMatch.NotMatched(
        "does not keep " + missing.stream().distinct().collect(joining(", ")));
  }
}
