package io.bergview.projection.resolve;

import io.bergview.projection.function.NumericTypes;
import io.bergview.projection.plan.AggregateCall;
import io.bergview.projection.plan.AggregateCall.AggregateFunction;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.ExprColumns;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.Plan.Assignment;
import io.bergview.projection.plan.PlanColumn;
import io.bergview.projection.plan.PlanExpressions;
import io.bergview.projection.plan.QueryPlan;
import io.bergview.projection.plan.WindowCall;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Whether a query decides by sums of floating point: filters, joins, groups or orders by them.
 * Their last digits depend on the order of addition, so that what such a query had before a change
 * cannot be computed again for certain. A query that only shows such sums, or adds them up, is not
 * one. Sums of values in their order ({@link OrderedSums}) are exact in this sense.
 */
public final class InexactUse {
  /** Functions that take one of the values, or compute by their order alone. */
  private static final Set<String> EXACT =
      Set.of(
          "percent_rank",
          "cume_dist",
          "lag",
          "lead",
          "first_value",
          "last_value",
          "nth_value",
          "any_value",
          "first",
          "last",
          "min",
          "max",
          "min_by",
          "max_by",
          "median",
          "mode",
          "quantile_cont",
          "quantile_disc");

  private final Set<PlanColumn> inexact = new HashSet<>();

  private InexactUse() {}

  /** What decides by a sum of floating point, for display; empty if nothing does. */
  public static Optional<String> of(Plan plan) {
    return new InexactUse().find(plan);
  }

  private Optional<String> find(Plan plan) {
    for (Plan input : plan.inputs()) {
      Optional<String> found = find(input);
      if (found.isPresent()) {
        return found;
      }
    }
    if (plan instanceof Plan.Project project) {
      carry(project.outputs());
    } else if (plan instanceof Plan.Extend extend) {
      carry(extend.added());
    } else if (plan instanceof QueryPlan.Union union) {
      union(union);
    } else if (plan instanceof Plan.Aggregate aggregate) {
      return aggregate(aggregate);
    } else {
      Optional<String> decided = decides(plan);
      if (plan instanceof QueryPlan.Window window) {
        window.calls().stream()
            .filter(call -> adds(call.function().name(), call.column()))
            .map(WindowCall::column)
            .forEach(inexact::add);
      }
      return decided;
    }
    return Optional.empty();
  }

  private void carry(List<Assignment> outputs) {
    outputs.stream()
        .filter(output -> isInexact(output.value()))
        .forEach(output -> inexact.add(output.column()));
  }

  private void union(QueryPlan.Union union) {
    for (int i = 0; i < union.columns().size(); i++) {
      for (Plan input : union.inputs()) {
        if (inexact.contains(input.columns().get(i))) {
          inexact.add(union.columns().get(i));
        }
      }
    }
  }

  private Optional<String> aggregate(Plan.Aggregate aggregate) {
    for (Assignment key : aggregate.keys()) {
      if (isInexact(key.value())) {
        return Optional.of(key.column().label());
      }
    }
    for (AggregateCall call : aggregate.calls()) {
      boolean adds =
          call.kind() == AggregateFunction.SUM
              || call.kind() == AggregateFunction.MEAN
              || call.kind() == AggregateFunction.SQUARED_DEVIATIONS
              || call.kind() == AggregateFunction.COUNT;
      boolean[] decides = {false};
      call.mapOperands(
          value -> {
            decides[0] |= isInexact(value);
            return value;
          });
      if (decides[0] && !adds) {
        return Optional.of(call.column().label());
      }
      if (isSum(call) && (decides[0] || call.orderBy().isEmpty())) {
        inexact.add(call.column());
      }
    }
    return Optional.empty();
  }

  /** Whether the value of a group depends on the order in which numbers are added. */
  static boolean isSum(AggregateCall call) {
    return switch (call.kind()) {
      case SUM, MEAN, SQUARED_DEVIATIONS -> NumericTypes.isFloating(call.column().type());
      case NAMED -> adds(call.named().orElseThrow().function().name(), call.column());
      default -> false;
    };
  }

  private static boolean adds(String function, PlanColumn column) {
    return NumericTypes.isFloating(column.type()) && !EXACT.contains(function);
  }

  /** An operator whose own values say which rows there are. */
  private Optional<String> decides(Plan operator) {
    Set<String> by = new HashSet<>();
    PlanExpressions.mapOwn(
        operator,
        value -> {
          ExprColumns.of(value).stream()
              .filter(inexact::contains)
              .forEach(column -> by.add(column.label()));
          return value;
        });
    return by.stream().sorted().findFirst();
  }

  private boolean isInexact(Expr value) {
    return ExprColumns.of(value).stream().anyMatch(inexact::contains);
  }
}
