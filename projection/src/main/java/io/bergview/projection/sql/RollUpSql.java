package io.bergview.projection.sql;

import static io.bergview.projection.sql.SqlNames.column;
import static io.bergview.projection.sql.SqlPlans.named;

import io.bergview.projection.plan.AggregateCall;
import io.bergview.projection.plan.AggregateCall.AggregateFunction;
import io.bergview.projection.plan.PlanColumn;
import io.bergview.projection.plan.RollUp;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.types.Types;

/**
 * {@link RollUp} as a SELECT over the smaller groups.
 *
 * <p>Squared deviations are those within the groups and those of the groups' means from the mean of
 * all (Chan, Golub and LeVeque 1979), the latter taken from one of the means, so that large values
 * of small spread do not cancel.
 */
final class RollUpSql {
  private static final String ORIGIN = "origin_";

  private final RollUp groups;
  private final SqlExpressions write;

  RollUpSql(RollUp groups, SqlExpressions write) {
    this.write = write;
    this.groups = groups;
  }

  /**
   * @param input stands in FROM
   */
  String select(String input) {
    List<String> keys = groups.keys().stream().map(key -> write.sql(key.value())).toList();
    List<String> outputs = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      outputs.add(named(keys.get(i), groups.keys().get(i).column()));
    }
    groups.parts().forEach(part -> outputs.add(named(value(part), part.call().column())));
    return Select.lines(outputs)
        .from(withOrigins(input, keys))
        .groupBy(SqlPlans.firstOutputs(keys.size()))
        .sql();
  }

  /** The smaller groups, each with one mean of its larger group. */
  private String withOrigins(String input, List<String> keys) {
    List<String> origins =
        groups.parts().stream()
            .filter(part -> part.call().kind() == AggregateFunction.SQUARED_DEVIATIONS)
            .map(part -> part.mean().orElseThrow())
            .distinct()
            .map(mean -> "min(%s) OVER %s AS %s".formatted(of(mean), window(keys), origin(mean)))
            .toList();
    return origins.isEmpty() ? input : Select.everything(origins).from(input).nested();
  }

  private static String window(List<String> keys) {
    return keys.isEmpty() ? "()" : "(PARTITION BY " + String.join(", ", keys) + ")";
  }

  private static String of(PlanColumn column) {
    return column(column.id());
  }

  private static String origin(PlanColumn mean) {
    return ORIGIN + of(mean);
  }

  private String value(RollUp.Part part) {
    AggregateCall call = part.call();
    String value = of(part.value());
    String sum = Sql.call("sum", value);
    return switch (call.kind()) {
      case COUNT_ROWS, COUNT -> write.cast(Sql.call("coalesce", sum, "0"), call.column().type());
      case SUM ->
          call.column().type() instanceof Types.DecimalType type ? write.cast(sum, type) : sum;
      case MIN -> write.oneZero(call, Sql.call("min", value));
      case MAX -> write.oneZero(call, Sql.call("max", value));
      case MEAN -> {
        String count = write.cast(of(part.count().orElseThrow()), Types.DoubleType.get());
        yield "sum(%1$s * %2$s) / sum(CASE WHEN %1$s IS NOT NULL THEN %2$s END)"
            .formatted(value, count);
      }
      case SQUARED_DEVIATIONS -> deviations(part, sum);
      case COUNT_DISTINCT ->
          write.cast(Sql.call("coalesce", Sql.call("max", value), "0"), call.column().type());
      case FIRST, LAST, NAMED -> Sql.call("first", value);
      case LEAST, GREATEST, LIST ->
          throw new IllegalStateException(call.kind() + " does not add up");
    };
  }

  private String deviations(RollUp.Part part, String within) {
    PlanColumn mean = part.mean().orElseThrow();
    String count = write.cast(of(part.count().orElseThrow()), Types.DoubleType.get());
    String distance = Sql.infix(of(mean), "-", origin(mean));
    return "%1$s + sum(%2$s * %3$s * %3$s) - sum(%2$s * %3$s) * sum(%2$s * %3$s) / sum(CASE WHEN %3$s IS NOT NULL THEN %2$s END)"
        .formatted(within, count, distance);
  }
}
