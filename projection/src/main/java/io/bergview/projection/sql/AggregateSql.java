package io.bergview.projection.sql;

import io.bergview.projection.plan.AggregateCall;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.NamedAggregate;
import io.bergview.projection.sql.SqlAggregates.Typed;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.types.Types;

/** Aggregates of a group as SQL. */
final class AggregateSql {
  private final SqlExpressions write;
  private final SqlAggregates engine;

  AggregateSql(SqlExpressions write) {
    this.write = write;
    this.engine = write.dialect().aggregates();
  }

  String aggregate(AggregateCall call) {
    Typed argument = typed(call.argument());
    List<Typed> keys = keys(call.orderBy());
    return switch (call.kind()) {
      case COUNT_ROWS -> "count(*)";
      case COUNT -> Sql.call("count", argument.sql());
      case COUNT_DISTINCT -> Sql.call("count", "DISTINCT " + argument.sql());
      case SUM ->
          call.column().type() instanceof Types.DecimalType
              ? write.cast(engine.exactSum(argument), call.column().type())
              : engine.sum(write.cast(argument.sql(), call.column().type()), keys);
      case MIN -> extreme("min", call);
      case MAX -> extreme("max", call);
      case LEAST -> few(call, false);
      case GREATEST -> few(call, true);
      case FIRST -> engine.first(argument, keys);
      case LAST -> engine.last(argument, keys);
      case MEAN -> finite(argument, engine.mean(argument, keys));
      case SQUARED_DEVIATIONS ->
          finite(argument, engine.variance(argument, keys))
              + " * "
              + Sql.call("count", argument.sql());
      case NAMED -> named(call);
      case LIST -> throw new IllegalStateException("lists are made together");
    };
  }

  private String named(AggregateCall call) {
    NamedAggregate aggregate = call.named().orElseThrow();
    List<Expr> arguments = new ArrayList<>(List.of(call.argument()));
    arguments.addAll(aggregate.further());
    String value =
        write
            .dialect()
            .call(
                aggregate,
                arguments,
                write.all(arguments),
                write.orders(aggregate.orderBy()),
                call.column().type());
    return write.cast(value, call.column().type());
  }

  private Typed typed(Expr value) {
    return new Typed(write.sql(value), value.type());
  }

  /** Without constants, which do not affect the order and which engines refuse here. */
  List<Typed> keys(List<Expr> values) {
    return values.stream()
        .filter(value -> !(value instanceof Expr.Constant))
        .map(this::typed)
        .toList();
  }

  /** Zeros compare as equal, so one value for each group is made canonical, and not each row's. */
  private String extreme(String function, AggregateCall call) {
    return call.argument() instanceof Expr.Canonical canonical
        ? write.canonical(Sql.call(function, write.sql(canonical.value())), canonical.type())
        : Sql.call(function, write.sql(call.argument()));
  }

  private String few(AggregateCall call, boolean greatest) {
    Expr.Canonical canonical = call.argument() instanceof Expr.Canonical floating ? floating : null;
    Expr argument = canonical == null ? call.argument() : canonical.value();
    String list = engine.few(write.sql(argument), greatest, call.limit());
    return canonical == null
        ? list
        : write.dialect().lists().transform(list, write.canonical("e", canonical.type()));
  }

  private String finite(Typed argument, String ofFinite) {
    String finite = write.dialect().isFinite(argument.sql());
    return Sql.when("count(*) FILTER (WHERE NOT " + finite + ") > 0", "CAST('NaN' AS DOUBLE)")
        .otherwise(ofFinite);
  }
}
