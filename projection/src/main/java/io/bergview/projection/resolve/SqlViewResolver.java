package io.bergview.projection.resolve;

import io.bergview.errors.BergviewException;
import io.bergview.errors.DefinitionException;
import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.projection.definition.OutputColumns;
import io.bergview.projection.definition.SqlText;
import io.bergview.projection.definition.TypeSource;
import io.bergview.projection.definition.ViewDefinition;
import io.bergview.projection.plan.AggregateCall;
import io.bergview.projection.plan.AggregateCall.AggregateFunction;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.OutputColumn;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.Plan.Assignment;
import io.bergview.projection.plan.PlanColumn;
import io.bergview.projection.plan.PlanSources;
import io.bergview.projection.plan.ResolvedView;
import io.bergview.projection.plan.SourceTable;
import io.bergview.projection.plan.TypeShapes;
import io.bergview.projection.query.BoundColumn;
import io.bergview.projection.query.BoundQuery;
import io.bergview.projection.query.QueryBinder;
import io.bergview.projection.syntax.SqlException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.types.Types;

/** Resolves a view that is a query in SQL. */
final class SqlViewResolver {
  private final ViewDefinition view;
  private final SqlText text;
  private final QueryBinder binder;
  private final boolean stored;
  private final int extremes;
  private final StateColumn state = new StateColumn();
  private final List<String> key = new ArrayList<>();

  private SqlViewResolver(ViewDefinition view, TypeSource types, boolean stored, int extremes) {
    this.view = view;
    this.text = view.query().orElseThrow();
    this.binder = new QueryBinder(types);
    this.stored = stored;
    this.extremes = extremes;
  }

  /**
   * @param stored whether its rows are kept, with the state that merges need; else they are only
   *     answered
   * @param extremes how many of the least or greatest values of a group are kept; 0 for none
   */
  static ResolvedView resolve(ViewDefinition view, TypeSource types, boolean stored, int extremes) {
    SqlViewResolver resolver = new SqlViewResolver(view, types, stored, extremes);
    try {
      return resolver.resolve();
    } catch (SqlException e) {
      DefinitionException placed = resolver.text.failure(e, view.origin());
      throw e.getCause() instanceof BergviewException failure ? placed.as(failure) : placed;
    }
  }

  private ResolvedView resolve() {
    BoundQuery bound = stored ? binder.bindView(text.text()) : binder.bind(text.text());
    Plan input = bound.plan();
    List<Assignment> outputs = new ArrayList<>();
    if (bound.plan() instanceof Plan.Project project) {
      input = project.input();
      outputs.addAll(project.outputs());
    } else {
      for (BoundColumn column : bound.columns()) {
        outputs.add(
            new Assignment(
                binder.ids().next(column.name(), column.column().type()),
                new Expr.Ref(column.column())));
      }
    }
    List<OutputColumn> columns = columns(bound.columns(), outputs);
    outputs = labelled(columns, outputs);
    Plan query = new Plan.Project(input, outputs);
    if (stored && input instanceof Plan.Aggregate aggregate) {
      input =
          grouped(
              new Plan.Aggregate(
                  OrderedSums.in(query, aggregate.input()), aggregate.keys(), aggregate.calls()),
              columns,
              outputs);
    } else if (stored) {
      input = OrderedSums.in(query, input);
    }
    Optional<Assignment> hidden = stored ? state.assignment(binder.ids()) : Optional.empty();
    hidden.ifPresent(outputs::add);
    Plan plan = new Plan.Project(input, outputs);
    List<SourceTable> sources = PlanSources.of(plan);
    if (stored && sources.isEmpty()) {
      throw new SqlException(ProblemKind.MISSING, 0, "the query reads no table; a view needs one");
    }
    return new ResolvedView(
        view,
        binder.types(),
        plan,
        columns,
        hidden.map(
            column ->
                new OutputColumn(
                    ResolvedView.STATE,
                    column.value().type(),
                    ResolvedView.STATE,
                    column.column())),
        key,
        List.of(),
        Map.of(),
        sources,
        PlanSources.union(sources, binder.mentioned()),
        List.of());
  }

  private List<OutputColumn> columns(List<BoundColumn> bound, List<Assignment> outputs) {
    List<OutputColumn> columns = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (int i = 0; i < bound.size(); i++) {
      String name = different(bound.get(i).name(), names);
      if (stored) {
        check(name, bound.get(i).place());
      }
      PlanColumn column = outputs.get(i).column();
      int place = bound.get(i).place();
      TypeShapes.unsupported(name, column.type())
          .ifPresent(
              part -> {
                throw new SqlException(
                    ProblemKind.TYPE_UNSUPPORTED,
                    place,
                    "column '%s' is %s, which views cannot hold"
                        .formatted(part.path(), part.type()));
              });
      columns.add(
          new OutputColumn(
              name, column.type(), name, new PlanColumn(column.id(), name, column.type())));
    }
    return columns;
  }

  /** A name that no column before has: with a number behind it, if one has this one. */
  private static String different(String name, Set<String> names) {
    String free = name;
    for (int number = 1; !names.add(free.toLowerCase(Locale.ROOT)); number++) {
      free = name + "_" + number;
    }
    return free;
  }

  private static void check(String name, int place) {
    OutputColumns.problem(name)
        .ifPresent(
            problem -> {
              throw new SqlException(ProblemKind.WRONG_VALUE, place, problem);
            });
  }

  /** The outputs under the names of the view's columns. */
  private static List<Assignment> labelled(List<OutputColumn> columns, List<Assignment> outputs) {
    List<Assignment> labelled = new ArrayList<>();
    for (int i = 0; i < outputs.size(); i++) {
      labelled.add(new Assignment(columns.get(i).column(), outputs.get(i).value()));
    }
    return labelled;
  }

  /** The groups with what has to be kept of them so that changes can be merged. */
  private Plan grouped(
      Plan.Aggregate aggregate, List<OutputColumn> columns, List<Assignment> outputs) {
    Set<PlanColumn> shown = new HashSet<>();
    outputs.forEach(output -> shown(output.value()).ifPresent(shown::add));
    List<AggregateCall> calls = new ArrayList<>(aggregate.calls());
    if (extremes > 0) {
      aggregate.calls().forEach(call -> keepExtremes(call, calls));
    }
    for (int i = 0; i < aggregate.keys().size(); i++) {
      keyPart(i, aggregate.keys().get(i).column(), columns, outputs);
    }
    PlanColumn rows = rowCount(calls);
    if (!shown.contains(rows)) {
      state.rows(new Expr.Ref(rows));
    }
    for (int i = 0; i < calls.size(); i++) {
      AggregateCall call = calls.get(i);
      boolean there = shown.contains(call.column()) || call.column().equals(rows);
      boolean next =
          call.kind() == AggregateFunction.LEAST || call.kind() == AggregateFunction.GREATEST;
      if (!there) {
        Map<String, Expr> parts = new LinkedHashMap<>();
        parts.put(next ? ResolvedView.EXTREMES : "value", new Expr.Ref(call.column()));
        state.of("a" + i, parts);
      }
    }
    return new Plan.Aggregate(aggregate.input(), aggregate.keys(), calls);
  }

  /** The column that an output shows as it is, or in a type from which it can be taken back. */
  private static Optional<PlanColumn> shown(Expr value) {
    if (value instanceof Expr.Ref ref) {
      return Optional.of(ref.column());
    }
    return value instanceof Expr.Cast cast
            && cast.isExact()
            && cast.value() instanceof Expr.Ref inner
        ? Optional.of(inner.column())
        : Optional.empty();
  }

  private void keyPart(
      int number, PlanColumn column, List<OutputColumn> columns, List<Assignment> outputs) {
    for (int i = 0; i < columns.size(); i++) {
      if (outputs.get(i).value().equals(new Expr.Ref(column))) {
        key.add(columns.get(i).name());
        return;
      }
    }
    String name = "k" + number;
    state.key(name, new Expr.Ref(column));
    key.add(ResolvedView.STATE + ".key." + name);
  }

  private void keepExtremes(AggregateCall call, List<AggregateCall> calls) {
    boolean least = call.kind() == AggregateFunction.MIN;
    if (!least && call.kind() != AggregateFunction.MAX
        || !call.argument().type().isPrimitiveType()) {
      return;
    }
    PlanColumn count =
        calls.stream()
            .filter(c -> c.kind() == AggregateFunction.COUNT)
            .filter(c -> c.argument().equals(call.argument()))
            .map(AggregateCall::column)
            .findFirst()
            .orElseGet(
                () -> {
                  PlanColumn fresh =
                      binder.ids().next(call.column().label() + ".n", Types.LongType.get());
                  calls.add(
                      new AggregateCall(
                          fresh, AggregateFunction.COUNT, call.argument(), List.of()));
                  return fresh;
                });
    AggregateFunction kind = least ? AggregateFunction.LEAST : AggregateFunction.GREATEST;
    calls.add(
        new AggregateCall(
            binder
                .ids()
                .next(
                    call.column().label() + ".extremes", TypeShapes.listOf(call.argument().type())),
            kind,
            call.argument(),
            List.of(),
            extremes,
            Optional.of(count)));
  }

  private PlanColumn rowCount(List<AggregateCall> calls) {
    for (AggregateCall call : calls) {
      if (call.kind() == AggregateFunction.COUNT_ROWS) {
        return call.column();
      }
    }
    PlanColumn count = binder.ids().next("rows", Types.LongType.get());
    calls.add(
        new AggregateCall(count, AggregateFunction.COUNT_ROWS, Aggregates.EVERY_ROW, List.of()));
    return count;
  }
}
