package io.bergview.projection.sql;

import static io.bergview.projection.sql.DuckDbExpressions.canonical;
import static io.bergview.projection.sql.DuckDbExpressions.cast;
import static io.bergview.projection.sql.DuckDbExpressions.sql;
import static java.util.stream.Collectors.joining;

import io.bergview.projection.plan.AggregateCall;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.NamedAggregate;
import io.bergview.projection.plan.ScalarFunction;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.types.Types;

/** Aggregates of a group as DuckDB SQL. */
final class DuckDbAggregates {
  private DuckDbAggregates() {}

  static String aggregate(AggregateCall call) {
    String argument = sql(call.argument());
    String ordered = argument + orderBy(call.orderBy());
    return switch (call.kind()) {
      case COUNT_ROWS -> "count(*)";
      case COUNT -> Sql.call("count", argument);
      case COUNT_DISTINCT -> Sql.call("count", "DISTINCT " + argument);
      case SUM ->
          call.column().type() instanceof Types.DecimalType
              ? cast(Sql.call("sum", argument), call.column().type())
              : Sql.call("sum", cast(argument, call.column().type()) + orderBy(call.orderBy()));
      case MIN -> extreme("min", call);
      case MAX -> extreme("max", call);
      case LEAST -> few("min", call);
      case GREATEST -> few("max", call);
      case FIRST -> Sql.call("first", ordered);
      case LAST -> Sql.call("last", ordered);
      case MEAN -> finite("avg", call);
      case SQUARED_DEVIATIONS -> finite("var_pop", call) + " * " + Sql.call("count", argument);
      case NAMED -> named(call);
      case LIST -> throw new IllegalStateException("lists are made together");
    };
  }

  private static String named(AggregateCall call) {
    NamedAggregate aggregate = call.named().orElseThrow();
    List<Expr> arguments = new ArrayList<>(List.of(call.argument()));
    arguments.addAll(aggregate.further());
    String order =
        aggregate.orderBy().isEmpty() ? "" : " ORDER BY " + DuckDbCalls.orders(aggregate.orderBy());
    String value =
        DuckDbCalls.call(
            new ScalarFunction(
                aggregate.function().name(),
                aggregate.function().duckDb().replace("{order}", order)),
            arguments);
    return cast(value, call.column().type());
  }

  /**
   * Without constants, which do not affect the order and which DuckDB refuses here; empty if
   * nothing else is left.
   */
  static String orderBy(List<Expr> values) {
    List<Expr> deciding =
        values.stream().filter(value -> !(value instanceof Expr.Constant)).toList();
    return deciding.isEmpty()
        ? ""
        : deciding.stream()
            .map(value -> sql(value) + " ASC NULLS FIRST")
            .collect(joining(", ", " ORDER BY ", ""));
  }

  /** Zeros compare as equal, so one value for each group is made canonical, and not each row's. */
  private static String extreme(String function, AggregateCall call) {
    return call.argument() instanceof Expr.Canonical canonical
        ? canonical(Sql.call(function, sql(canonical.value())), canonical.type())
        : Sql.call(function, sql(call.argument()));
  }

  /** DuckDB's list is null if there is no value. */
  private static String few(String function, AggregateCall call) {
    Expr.Canonical canonical = call.argument() instanceof Expr.Canonical floating ? floating : null;
    Expr argument = canonical == null ? call.argument() : canonical.value();
    String kept = Sql.call(function, sql(argument), "" + call.limit());
    String list = Sql.call("coalesce", kept, "[]");
    return canonical == null
        ? list
        : Sql.call("list_transform", list, "lambda e: " + canonical("e", canonical.type()));
  }

  private static String finite(String function, AggregateCall call) {
    String argument = sql(call.argument());
    String finite = Sql.call("isfinite", argument);
    return Sql.when("count(*) FILTER (WHERE NOT " + finite + ") > 0", "CAST('NaN' AS DOUBLE)")
        .otherwise(
            Sql.call(function, argument + orderBy(call.orderBy()))
                + " FILTER (WHERE "
                + finite
                + ")");
  }
}
