package io.bergview.refresh.incremental;

import io.bergview.projection.plan.DeltaPlan;
import io.bergview.projection.plan.DeltaPlan.Match;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.Plan.Assignment;
import io.bergview.projection.plan.PlanColumn;
import io.bergview.projection.plan.QueryPlan;
import io.bergview.refresh.algebra.FreshColumns;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The different values that rows have, as tables with columns {@code k0}, {@code k1}...; the same
 * values of the same rows are found once in a refresh, whichever version of the sources they
 * restrict.
 */
final class KeySets {
  private final ScratchTables scratch;
  private final PlanTables tables;
  private final FreshColumns ids;
  private final Map<List<Object>, KeyRows> known = new HashMap<>();

  KeySets(DeltaContext context, PlanTables tables) {
    this.scratch = context.scratch();
    this.tables = tables;
    this.ids = context.algebra().fresh();
  }

  /** Rows, and the values wanted of them. */
  record Valued(Plan rows, List<Expr> values) {
    Valued {
      values = List.copyOf(values);
    }
  }

  /**
   * @param all at least one, with values of the same types
   * @param matches how each part of a key is compared
   */
  KeyRows of(List<Valued> all, List<Match> matches) {
    List<Object> what = List.of(List.copyOf(all), List.copyOf(matches));
    KeyRows there = known.get(what);
    if (there == null) {
      there = new KeyRows(distinct(all), matches);
      known.put(what, there);
    }
    return there;
  }

  /** Some parts of keys. */
  KeyRows parts(KeyRows keys, List<Integer> numbers) {
    if (numbers.size() == keys.width()) {
      return keys;
    }
    List<Expr> values = new ArrayList<>();
    List<Match> matches = new ArrayList<>();
    for (int number : numbers) {
      values.add(new Expr.Ref(keys.rows().columns().get(number)));
      matches.add(keys.matches().get(number));
    }
    return of(List.of(new Valued(keys.rows(), values)), matches);
  }

  private DeltaPlan.PreparedRows distinct(List<Valued> all) {
    List<PlanColumn> names = new ArrayList<>();
    all.get(0).values().forEach(value -> names.add(ids.next("key", value.type())));
    List<Plan> inputs = new ArrayList<>();
    for (Valued each : all) {
      List<Assignment> outputs = new ArrayList<>();
      for (int i = 0; i < names.size(); i++) {
        outputs.add(new Assignment(names.get(i), each.values().get(i)));
      }
      inputs.add(new Plan.Project(each.rows(), outputs));
    }
    Plan rows = inputs.size() == 1 ? inputs.get(0) : new QueryPlan.Union(inputs, names);
    List<DeltaPlan.PreparedRows.Column> given = new ArrayList<>();
    names.forEach(name -> given.add(new DeltaPlan.PreparedRows.Column(name, "k" + given.size())));
    return new DeltaPlan.PreparedRows(scratch.keys("keys", tables.sql(rows), names), true, given);
  }
}
