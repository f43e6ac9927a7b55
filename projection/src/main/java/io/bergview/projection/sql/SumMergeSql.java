package io.bergview.projection.sql;

import static io.bergview.projection.sql.SqlNames.column;

import io.bergview.projection.plan.AggregateCall;
import io.bergview.projection.plan.AggregateCall.AggregateFunction;
import io.bergview.projection.plan.DeltaPlan.MergedGroups;
import io.bergview.projection.plan.PlanColumn;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.types.Type.TypeID;
import org.apache.iceberg.types.Types;

/**
 * {@link MergedGroups} that consist of counts and exact sums, as a SELECT that adds up three
 * relations: the stored state of each group, the aggregates of the deleted rows, negated, and those
 * of the inserted rows.
 *
 * <p>A refresh of hundreds of sums consists of binding its statements, and of each aggregate {@link
 * GroupMergeSql} takes about three times as long, with all three relations in each expression.
 *
 * <p>A sum is null where no value is left, and whether one is left is known from the count of its
 * values.
 */
final class SumMergeSql {
  /** How many rows were stored, less those deleted. */
  private static final String REMAINING = "remaining";

  private final MergedGroups groups;
  private final SqlExpressions write;

  SumMergeSql(MergedGroups groups, SqlExpressions write) {
    this.write = write;
    this.groups = groups;
  }

  /** Whether adding up is all that it takes to merge the groups. */
  static boolean applies(MergedGroups groups) {
    return groups.keys().stream().allMatch(key -> key.type().isPrimitiveType())
        && groups.calls().stream().allMatch(SumMergeSql::isExact);
  }

  private static boolean isExact(AggregateCall call) {
    return switch (call.kind()) {
      case COUNT_ROWS, COUNT -> true;
      case SUM -> call.column().type() instanceof Types.DecimalType;
      case COUNT_DISTINCT,
          MIN,
          MAX,
          LEAST,
          GREATEST,
          FIRST,
          LAST,
          MEAN,
          SQUARED_DEVIATIONS,
          LIST,
          NAMED ->
          false;
    };
  }

  String select(String stored, Optional<String> removed, String added) {
    List<String> outputs = new ArrayList<>();
    groups.keys().forEach(key -> outputs.add(Sql.as(key(key), column(key.id()))));
    for (AggregateCall call : groups.calls()) {
      outputs.add(
          Sql.as(write.cast(merged(call), call.column().type()), column(call.column().id())));
    }
    outputs.add(
        Sql.as(
            removed.isPresent() ? number(REMAINING) + " < 0" : "false",
            column(groups.unmergeable().id())));
    String all =
        removed
            .map(gone -> stateChange(stored, gone, added))
            .orElseGet(() -> stored + "\nUNION ALL " + added);
    return Select.lines(outputs)
        .from(Sql.as("(" + all + ")", "t"))
        .groupBy(SqlPlans.firstOutputs(groups.keys().size()))
        .sql();
  }

  /** Zeros and NaNs were stored as they came by earlier versions, and are one key all the same. */
  private String key(PlanColumn key) {
    TypeID type = key.type().typeId();
    return type == TypeID.FLOAT || type == TypeID.DOUBLE
        ? write.canonical(column(key.id()), key.type())
        : column(key.id());
  }

  private String merged(AggregateCall call) {
    String name = column(call.column().id());
    if (call.kind() != AggregateFunction.SUM) {
      return number(name);
    }
    String values = column(call.countAmong(groups.calls()).column().id());
    String sum = Sql.call("sum", name);
    return groups.removed().isEmpty() ? sum : Sql.when(number(values) + " > 0", sum).end();
  }

  /** A sum of counts. Without keys there is a group even if there are no counts. */
  private String number(String counts) {
    String sum = Sql.call("sum", counts);
    return groups.keys().isEmpty() ? Sql.call("coalesce", sum, "0") : sum;
  }

  private String stateChange(String stored, String removed, String added) {
    String rows =
        groups.calls().stream()
            .filter(call -> call.kind() == AggregateFunction.COUNT_ROWS)
            .map(call -> column(call.column().id()))
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("groups without a count of their rows"));
    List<String> negated = new ArrayList<>();
    groups.keys().forEach(key -> negated.add(column(key.id())));
    groups.calls().forEach(call -> negated.add("-" + column(call.column().id())));
    negated.add("-" + rows);
    return String.join(
        "\nUNION ALL ",
        Select.everything(List.of(Sql.as(rows, REMAINING))).from("(" + stored + ")").sql(),
        Select.of(negated).from("(" + removed + ")").sql(),
        Select.everything(List.of("0")).from("(" + added + ")").sql());
  }
}
