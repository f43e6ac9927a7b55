package io.bergview.projection.sql;

import static io.bergview.projection.sql.SqlNames.column;
import static io.bergview.projection.sql.SqlPlans.named;

import io.bergview.projection.plan.AggregateCall;
import io.bergview.projection.plan.AggregateCall.AggregateFunction;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.Plan.JoinKey;
import io.bergview.projection.plan.TypeShapes;
import io.bergview.projection.sql.SqlAggregates.Typed;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.iceberg.types.Type;

/** {@link Plan.NestedAggregate} as a SELECT of the input joined to the groups of its children. */
final class NestedAggregateSql {
  private final SqlExpressions write;
  private final Plan.NestedAggregate aggregate;
  private final String side;
  private final List<AggregateCall> lists;

  /**
   * @param side an alias for the groups
   */
  NestedAggregateSql(Plan.NestedAggregate aggregate, String side, SqlExpressions write) {
    this.write = write;
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
      grouped.add(Sql.as(write.sql(key.other()), name));
      conditions.add(write.sql(key.input()) + " = " + name);
    }
    if (!lists.isEmpty()) {
      grouped.add(Sql.as(rows(), side + "rows"));
    }
    List<String> outputs = new ArrayList<>();
    aggregate.input().columns().forEach(column -> outputs.add(column(column.id())));
    for (AggregateCall call : aggregate.calls()) {
      outputs.add(named(output(call), call.column()));
      if (call.kind() != AggregateFunction.LIST) {
        grouped.add(Sql.as(new AggregateSql(write).aggregate(call), name(call)));
      }
    }
    String input = nested.apply(aggregate.input());
    String groups =
        Select.of(grouped)
            .from(nested.apply(aggregate.children()))
            .groupBy(aggregate.on().stream().map(key -> write.sql(key.other())).toList())
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
        SqlLists lists = write.dialect().lists();
        String rows = side + "rows";
        String values =
            this.lists.size() == 1
                ? rows
                : lists.transform(rows, "e." + column(call.column().id()));
        yield Sql.call("coalesce", values, write.cast(lists.empty(), call.column().type()));
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
    return write
        .dialect()
        .aggregates()
        .list(lists.size() == 1 ? value(lists.get(0)) : row(), new AggregateSql(write).keys(order));
  }

  private Typed value(AggregateCall call) {
    return new Typed(write.sql(call.argument()), call.argument().type());
  }

  private Typed row() {
    List<String> names = new ArrayList<>();
    List<String> values = new ArrayList<>();
    List<Type> types = new ArrayList<>();
    for (AggregateCall call : lists) {
      names.add(column(call.column().id()));
      values.add(write.sql(call.argument()));
      types.add(call.argument().type());
    }
    return new Typed(write.dialect().struct(names, values), TypeShapes.structOf(names, types));
  }
}
