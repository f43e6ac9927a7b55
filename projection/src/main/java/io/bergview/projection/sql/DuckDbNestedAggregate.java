package io.bergview.projection.sql;

import static io.bergview.projection.sql.DuckDbExpressions.sql;
import static io.bergview.projection.sql.DuckDbPlans.named;
import static io.bergview.projection.sql.DuckDbTypes.column;
import static io.bergview.projection.sql.DuckDbTypes.sqlType;
import static java.util.stream.Collectors.joining;

import io.bergview.projection.plan.AggregateCall;
import io.bergview.projection.plan.AggregateCall.AggregateFunction;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.Plan.JoinKey;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** {@link Plan.NestedAggregate} as a SELECT of the input joined to the groups of its children. */
final class DuckDbNestedAggregate {
  private final Plan.NestedAggregate aggregate;
  private final String side;
  private final List<AggregateCall> lists;

  /**
   * @param side an alias for the groups
   */
  DuckDbNestedAggregate(Plan.NestedAggregate aggregate, String side) {
    this.aggregate = aggregate;
    this.side = side;
    this.lists =
        aggregate.calls().stream().filter(call -> call.kind() == AggregateFunction.LIST).toList();
  }

  /**
   * @param nested gives a plan where a relation may stand
   */
  String select(Function<Plan, String> nested) {
    List<String> grouped = new ArrayList<>();
    List<String> conditions = new ArrayList<>();
    for (JoinKey key : aggregate.on()) {
      String name = side + "k" + grouped.size();
      grouped.add(Sql.as(sql(key.other()), name));
      conditions.add(sql(key.input()) + " = " + name);
    }
    if (!lists.isEmpty()) {
      grouped.add(Sql.as(rows(), side + "rows"));
    }
    List<String> outputs = new ArrayList<>();
    aggregate.input().columns().forEach(column -> outputs.add(column(column.id())));
    for (AggregateCall call : aggregate.calls()) {
      outputs.add(named(output(call), call.column()));
      if (call.kind() != AggregateFunction.LIST) {
        grouped.add(Sql.as(DuckDbAggregates.aggregate(call), name(call)));
      }
    }
    String input = nested.apply(aggregate.input());
    String groups =
        Select.of(grouped)
            .from(nested.apply(aggregate.children()))
            .groupBy(aggregate.on().stream().map(key -> sql(key.other())).toList())
            .nested();
    return Select.of(outputs)
        .from(input)
        .join("LEFT JOIN", Sql.as(groups, side), Sql.all(conditions))
        .sql();
  }

  private String name(AggregateCall call) {
    return side + column(call.column().id());
  }

  /** What a row without children has. */
  private String output(AggregateCall call) {
    return switch (call.kind()) {
      case LIST -> {
        String rows = side + "rows";
        String values =
            lists.size() == 1
                ? rows
                : Sql.call("list_transform", rows, "lambda e: e." + column(call.column().id()));
        yield Sql.call("coalesce", values, "CAST([] AS " + sqlType(call.column().type()) + ")");
      }
      case COUNT_ROWS, COUNT, COUNT_DISTINCT -> Sql.call("coalesce", name(call), "0");
      case SUM, MIN, MAX, LEAST, GREATEST, FIRST, LAST, MEAN, SQUARED_DEVIATIONS, NAMED ->
          name(call);
    };
  }

  /** One list of structs, sorted once, from which each aligned list is taken. */
  private String rows() {
    List<Expr> order = new ArrayList<>(aggregate.orderBy());
    lists.forEach(call -> order.add(call.argument()));
    String row =
        lists.size() == 1
            ? sql(lists.get(0).argument())
            : lists.stream()
                .map(call -> column(call.column().id()) + " := " + sql(call.argument()))
                .collect(joining(", ", "struct_pack(", ")"));
    return Sql.call("list", row + DuckDbAggregates.orderBy(order));
  }
}
