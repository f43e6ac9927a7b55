package io.bergview.projection.sql;

import static io.bergview.projection.sql.SqlNames.column;
import static java.util.stream.Collectors.joining;

import io.bergview.projection.plan.AggregateCall;
import io.bergview.projection.plan.AggregateCall.AggregateFunction;
import io.bergview.projection.plan.DeltaPlan.MergedGroups;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * {@link MergedGroups} as a SELECT over three relations: {@code v}, the stored state of each group,
 * {@code o}, the aggregates of the deleted rows, {@code n}, those of the inserted rows.
 *
 * <p>If no stored row of a group remains ({@code v.rows = o.rows}), the group consists of the
 * inserted rows, and any aggregate merges. Otherwise the stored values are the aggregates of the
 * remaining and the deleted rows. If nothing was deleted, {@code o} and everything about it is
 * omitted: most of the time of a small merge is spent binding its statement.
 *
 * <p>If rows were deleted, a least or greatest value is the first of those kept with it ({@link
 * StoredExtremes}), and so is taken from them in a SELECT around this one.
 */
final class GroupMergeSql {
  private final SqlExpressions write;
  private final MergedGroups groups;
  private final AggregateCall rows;

  GroupMergeSql(MergedGroups groups, SqlExpressions write) {
    this.write = write;
    this.groups = groups;
    this.rows =
        groups.calls().stream()
            .filter(call -> call.kind() == AggregateFunction.COUNT_ROWS)
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("groups without a count of their rows"));
  }

  String select(String stored, Optional<String> removed, String added) {
    String groups = merged(stored, removed, added);
    return removed.isEmpty() || kept().isEmpty() ? groups : withExtremes(groups);
  }

  /** Whether a value is the first of those that are kept with it, where rows were deleted. */
  private boolean follows(AggregateCall call) {
    return groups.removed().isPresent() && kept(call).isPresent();
  }

  private List<StoredExtremes> kept() {
    return groups.calls().stream()
        .filter(
            call ->
                call.kind() == AggregateFunction.LEAST || call.kind() == AggregateFunction.GREATEST)
        .map(this::extremes)
        .toList();
  }

  private StoredExtremes extremes(AggregateCall call) {
    return new StoredExtremes(call, write.dialect().lists());
  }

  /** The values kept beside a MIN or MAX. */
  private Optional<StoredExtremes> kept(AggregateCall call) {
    return kept().stream()
        .filter(extremes -> extremes.call().argument().equals(call.argument()))
        .filter(
            extremes ->
                extremes.call().kind() == AggregateFunction.LEAST
                    ? call.kind() == AggregateFunction.MIN
                    : call.kind() == AggregateFunction.MAX)
        .findFirst();
  }

  private String withExtremes(String merged) {
    List<String> outputs = new ArrayList<>();
    groups.keys().forEach(key -> outputs.add(column(key.id())));
    for (AggregateCall call : groups.calls()) {
      String name = column(call.column().id());
      outputs.add(
          kept(call)
              .map(values -> write.oneZero(call, values.first()) + " AS " + name)
              .orElse(name));
    }
    String unmergeable = column(groups.unmergeable().id());
    String usedUp =
        kept().stream()
            .map(extremes -> extremes.usedUp(column(nonNull(extremes.call()).column().id())))
            .collect(joining(" OR "));
    outputs.add(Sql.as(Sql.infix(unmergeable, "OR", usedUp), unmergeable));
    return Select.of(outputs).from("(" + merged + ")").sql();
  }

  private String merged(String stored, Optional<String> removed, String added) {
    List<String> keys = groups.keys().stream().map(key -> column(key.id())).toList();
    List<String> outputs = new ArrayList<>();
    keys.forEach(key -> outputs.add(Sql.as("t." + key, key)));
    for (AggregateCall call : groups.calls()) {
      if (!follows(call)) {
        String merged =
            needsNoOwnCase(call)
                ? merged(call)
                : Sql.when(remainingRows() + " > 0", merged(call)).otherwise(insertedRows(call));
        outputs.add(Sql.as(write.cast(merged, call.column().type()), column(call.column().id())));
      }
    }
    outputs.add(Sql.as(unmergeable(), column(groups.unmergeable().id())));
    Select select = Select.lines(outputs).from(Sql.as(touched(keys, removed, added), "t"));
    join(select, stored, "v", keys);
    removed.ifPresent(gone -> join(select, gone, "o", keys));
    join(select, added, "n", keys);
    return select.sql();
  }

  /** The keys of the groups that lost or gained rows. */
  private static String touched(List<String> keys, Optional<String> removed, String added) {
    if (keys.isEmpty()) {
      return Select.of(List.of()).nested();
    }
    String gone = removed.map(groups -> keysOf(keys, groups) + " UNION ").orElse("");
    return "(" + gone + keysOf(keys, added) + ")";
  }

  private static String keysOf(List<String> keys, String groups) {
    return Select.of(keys).from("(" + groups + ")").sql();
  }

  private static void join(Select select, String query, String alias, List<String> keys) {
    List<String> same =
        keys.stream()
            .map(key -> "t." + key + " IS NOT DISTINCT FROM " + alias + "." + key)
            .toList();
    select.join("LEFT JOIN", Sql.as("(" + query + ")", alias), Sql.all(same));
  }

  /** Whether the group must be computed again. */
  private String unmergeable() {
    String broken = groups.removed().isEmpty() ? "false" : remainingRows() + " < 0";
    List<String> reasons =
        groups.calls().stream()
            .map(this::unmergeable)
            .flatMap(Optional::stream)
            .distinct()
            .toList();
    return reasons.isEmpty()
        ? broken
        : broken + " OR " + remainingRows() + " > 0 AND (" + Sql.any(reasons) + ")";
  }

  /** How many stored rows of the group stay. */
  private String remainingRows() {
    return groups.removed().isEmpty()
        ? count("v", rows)
        : Sql.infix(count("v", rows), "-", count("o", rows));
  }

  /**
   * Whether a group without remaining stored rows needs no case of its own. Exact aggregates give
   * the inserted values by themselves, since everything stored is subtracted.
   */
  private boolean needsNoOwnCase(AggregateCall call) {
    boolean gains = groups.removed().isEmpty();
    return switch (call.kind()) {
      case COUNT_ROWS, COUNT -> true;
      case SUM -> gains || call.column().type() instanceof Types.DecimalType;
      case MIN, MAX, LEAST, GREATEST -> gains;
      case COUNT_DISTINCT, FIRST, LAST, MEAN, SQUARED_DEVIATIONS, NAMED -> false;
      case LIST -> throw noLists();
    };
  }

  private static String count(String side, AggregateCall call) {
    return orZero(side, call, "0");
  }

  private static String on(String side, AggregateCall call) {
    return side + "." + column(call.column().id());
  }

  private String present(String side) {
    return count(side, rows) + " > 0";
  }

  /** Whether the aggregate of no rows is 0. */
  private static boolean isCount(AggregateCall call) {
    return call.named().orElseThrow().function().name().equals("regr_count");
  }

  private String insertedRows(AggregateCall call) {
    return switch (call.kind()) {
      case COUNT_ROWS, COUNT, COUNT_DISTINCT -> count("n", call);
      case LEAST, GREATEST -> extremes(call).of("n");
      case SUM, MIN, MAX, FIRST, LAST, MEAN, SQUARED_DEVIATIONS -> on("n", call);
      case NAMED -> isCount(call) ? count("n", call) : on("n", call);
      case LIST -> throw noLists();
    };
  }

  private String merged(AggregateCall call) {
    String v = on("v", call);
    String n = on("n", call);
    return switch (call.kind()) {
      case COUNT_ROWS, COUNT -> balance(call, "0");
      case COUNT_DISTINCT, NAMED -> v;
      case SUM ->
          call.column().type() instanceof Types.DecimalType && groups.removed().isPresent()
              ? Sql.when(
                      balance(nonNull(call), "0") + " > 0",
                      balance(call, write.cast("0", call.column().type())))
                  .end()
              : either(v, n, write.dialect().add(v, n, call.column().type()));
      case MIN -> write.oneZero(call, either(v, n, Sql.call("least", v, n)));
      case MAX -> write.oneZero(call, either(v, n, Sql.call("greatest", v, n)));
      case LEAST, GREATEST ->
          extremes(call).merged(count("v", nonNull(call)), groups.removed().isPresent());
      case FIRST, LAST -> Sql.when(newDecides(call), n).otherwise(v);
      case MEAN -> moment(call, v + " + (" + n + " - " + v + ") * " + shareOfNew(call));
      case SQUARED_DEVIATIONS -> {
        AggregateCall mean = partner(AggregateFunction.MEAN, call);
        String delta = Sql.infix(on("n", mean), "-", on("v", mean));
        String share = count("v", nonNull(call)) + " * " + shareOfNew(call);
        yield moment(call, v + " + " + n + " + " + delta + " * " + delta + " * " + share);
      }
      case LIST -> throw noLists();
    };
  }

  /** Whether the stored value cannot be updated with the deleted and inserted values. */
  private Optional<String> unmergeable(AggregateCall call) {
    if (groups.removed().isEmpty()) {
      return unmergeableGain(call);
    }
    String v = on("v", call);
    String o = on("o", call);
    String n = on("n", call);
    return switch (call.kind()) {
      case COUNT_ROWS, COUNT, LEAST, GREATEST -> Optional.empty();
      case NAMED -> Optional.of("true");
      case COUNT_DISTINCT -> Optional.of(count("o", call) + " > 0 OR " + count("n", call) + " > 0");
      case SUM ->
          call.column().type() instanceof Types.DecimalType
              ? Optional.empty()
              : Optional.of(o + " IS NOT NULL");
      case MIN, MAX ->
          follows(call)
              ? Optional.empty()
              : Optional.of(
                  decided(v, call.kind() == AggregateFunction.MIN ? " <= " : " >= ", o, n));
      case FIRST, LAST -> Optional.of(decidingRowDeleted(call));
      case MEAN, SQUARED_DEVIATIONS -> Optional.of(count("o", nonNull(call)) + " > 0");
      case LIST -> throw noLists();
    };
  }

  private Optional<String> unmergeableGain(AggregateCall call) {
    return switch (call.kind()) {
      case NAMED -> Optional.of("true");
      case COUNT_DISTINCT -> Optional.of(count("n", call) + " > 0");
      case FIRST, LAST ->
          FirstOrder.of(call, groups.calls(), write).total()
              ? Optional.empty()
              : Optional.of(present("n") + " AND " + tied(call));
      case COUNT_ROWS, COUNT, SUM, MIN, MAX, LEAST, GREATEST, MEAN, SQUARED_DEVIATIONS ->
          Optional.empty();
      case LIST -> throw noLists();
    };
  }

  private static IllegalStateException noLists() {
    return new IllegalStateException("groups have no lists");
  }

  /** The extreme value may have been deleted, and none as extreme was inserted. */
  private static String decided(String v, String beyond, String o, String n) {
    return "%1$s IS NOT NULL AND NOT coalesce(NOT (%1$s%2$s%3$s), false) AND NOT coalesce(%4$s%2$s%3$s, false)"
        .formatted(o, beyond, v, n);
  }

  private String balance(AggregateCall call, String zero) {
    SqlDialect dialect = write.dialect();
    Type type = call.column().type();
    String stored = orZero("v", call, zero);
    String remaining =
        groups.removed().isEmpty()
            ? stored
            : dialect.subtract(stored, orZero("o", call, zero), type);
    return dialect.add(remaining, orZero("n", call, zero), type);
  }

  private static String orZero(String side, AggregateCall call, String zero) {
    return Sql.call("coalesce", on(side, call), zero);
  }

  private static String either(String v, String n, String both) {
    return Sql.when(n + " IS NULL", v).when(v + " IS NULL", n).otherwise(both);
  }

  private String moment(AggregateCall call, String both) {
    AggregateCall count = nonNull(call);
    return Sql.when(count("n", count) + " = 0", on("v", call))
        .when(count("v", count) + " = 0", on("n", call))
        .otherwise(both);
  }

  private String shareOfNew(AggregateCall call) {
    AggregateCall count = nonNull(call);
    String insertedRows = write.cast(count("n", count), Types.DoubleType.get());
    return insertedRows + " / (" + count("v", count) + " + " + insertedRows + ")";
  }

  /** The count of the values that a call aggregates. */
  private AggregateCall nonNull(AggregateCall call) {
    return call.countAmong(groups.calls());
  }

  private AggregateCall partner(AggregateFunction kind, AggregateCall call) {
    return groups.calls().stream()
        .filter(other -> other.kind() == kind && other.argument().equals(call.argument()))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no " + kind + " beside " + call));
  }

  private String newDecides(AggregateCall call) {
    return present("n") + " AND NOT " + precedes(call, "v", "n");
  }

  /** The deciding row may have been deleted, and none at or before its position was inserted. */
  private String decidingRowDeleted(AggregateCall call) {
    String gone =
        present("o")
            + " AND NOT "
            + precedes(call, "v", "o")
            + " AND NOT ("
            + newDecides(call)
            + ")";
    return FirstOrder.of(call, groups.calls(), write).total()
        ? gone
        : "(" + gone + ") OR " + present("n") + " AND " + tied(call);
  }

  private String precedes(AggregateCall call, String one, String other) {
    return FirstOrder.of(call, groups.calls(), write).precedes(one, other);
  }

  private String tied(AggregateCall call) {
    return FirstOrder.of(call, groups.calls(), write).tied("v", "n");
  }
}
