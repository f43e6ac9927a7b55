package io.bergview.projection.query;

import io.bergview.projection.plan.AggregateCall;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.Plan.Assignment;
import io.bergview.projection.plan.PlanColumn;
import io.bergview.projection.plan.QueryPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.types.Types;

/**
 * GROUPING SETS, ROLLUP and CUBE as one aggregate for each set, whose rows have null for the keys
 * that it leaves out.
 */
final class GroupingSets {
  private final QueryBinder queries;
  private final Plan input;
  private final List<Assignment> keys;
  private final List<AggregateCall> calls;

  GroupingSets(QueryBinder queries, Plan input, List<Assignment> keys, List<AggregateCall> calls) {
    this.queries = queries;
    this.input = input;
    this.keys = List.copyOf(keys);
    this.calls = List.copyOf(calls);
  }

  /**
   * The groups of all sets, with the columns of the keys and calls.
   *
   * @param sets the numbers of the keys of each
   * @param set gets the bits of the keys that are left out
   */
  Plan plan(List<List<Integer>> sets, PlanColumn set) {
    List<PlanColumn> columns = new ArrayList<>();
    keys.forEach(key -> columns.add(key.column()));
    calls.forEach(call -> columns.add(call.column()));
    columns.add(set);
    return new QueryPlan.Union(sets.stream().map(this::groups).toList(), columns);
  }

  private Plan groups(List<Integer> shown) {
    List<Assignment> some = new ArrayList<>();
    List<Assignment> outputs = new ArrayList<>();
    long absent = 0;
    for (int i = 0; i < keys.size(); i++) {
      Assignment key = keys.get(i);
      PlanColumn output = queries.ids().next(key.column().label(), key.column().type());
      if (shown.contains(i)) {
        PlanColumn column = queries.ids().next(key.column().label(), key.column().type());
        some.add(new Assignment(column, key.value()));
        outputs.add(new Assignment(output, new Expr.Ref(column)));
      } else {
        absent |= 1L << i;
        outputs.add(new Assignment(output, new Expr.Constant(null, output.type())));
      }
    }
    List<AggregateCall> own = new ArrayList<>();
    for (AggregateCall call : calls) {
      PlanColumn column = queries.ids().next(call.column().label(), call.column().type());
      own.add(
          new AggregateCall(
              column,
              call.kind(),
              call.argument(),
              call.orderBy(),
              call.limit(),
              Optional.empty(),
              call.named()));
      outputs.add(
          new Assignment(
              queries.ids().next(call.column().label(), call.column().type()),
              new Expr.Ref(column)));
    }
    outputs.add(
        new Assignment(
            queries.ids().next("grouping", Types.LongType.get()),
            new Expr.Constant(absent, Types.LongType.get())));
    return new Plan.Project(new Plan.Aggregate(input, some, own), outputs);
  }
}
