package io.bergview.projection.function;

import static java.util.Objects.requireNonNull;

import io.bergview.projection.plan.AggregateCall;
import io.bergview.projection.plan.AggregateCall.AggregateFunction;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.NamedAggregate;
import io.bergview.projection.plan.PlanColumn;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiFunction;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** The calls of one aggregate, while they are made. */
final class GroupParts {
  private static final Type LONG = Types.LongType.get();
  private static final Expr EVERY_ROW = new Expr.Constant(true, Types.BooleanType.get());

  private final String label;
  private final BiFunction<String, Type, PlanColumn> columns;
  private final List<AggregateCall> calls = new ArrayList<>();

  GroupParts(String label, BiFunction<String, Type, PlanColumn> columns) {
    this.label = requireNonNull(label, "label is null");
    this.columns = requireNonNull(columns, "columns is null");
  }

  List<AggregateCall> calls() {
    return List.copyOf(calls);
  }

  Expr.Ref rows() {
    return call(AggregateFunction.COUNT_ROWS, EVERY_ROW, LONG, Optional.empty());
  }

  Expr.Ref count(Expr argument) {
    return call(AggregateFunction.COUNT, argument, LONG, Optional.empty());
  }

  Expr.Ref call(AggregateFunction kind, Expr argument, Type type) {
    return call(kind, argument, type, Optional.empty());
  }

  Expr.Ref counted(AggregateFunction kind, Expr argument, Type type, Expr.Ref count) {
    return call(kind, argument, type, Optional.of(count.column()));
  }

  private Expr.Ref call(
      AggregateFunction kind, Expr argument, Type type, Optional<PlanColumn> counted) {
    PlanColumn column = column(kind.name().toLowerCase(Locale.ROOT), type);
    calls.add(new AggregateCall(column, kind, argument, List.of(), 0, counted));
    return new Expr.Ref(column);
  }

  Expr.Ref named(Expr argument, NamedAggregate aggregate, Type type) {
    PlanColumn column = column(aggregate.function().name(), type);
    calls.add(new AggregateCall(column, argument, aggregate));
    return new Expr.Ref(column);
  }

  private PlanColumn column(String part, Type type) {
    return columns.apply(label + "." + part, type);
  }
}
