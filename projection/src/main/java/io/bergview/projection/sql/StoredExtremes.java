package io.bergview.projection.sql;

import static io.bergview.projection.sql.SqlNames.column;

import io.bergview.projection.plan.AggregateCall;
import io.bergview.projection.plan.AggregateCall.AggregateFunction;

/**
 * Incremental maintenance of the stored least or greatest values of a group.
 *
 * <p>Take the greatest; the least are the same the other way round. A group's values are a bag M,
 * of which {@code v} keeps the m greatest, at most k, and all of them or at least one. R, a part of
 * M, was deleted and N was inserted; of both the k greatest are known. The next kept values are
 * again the greatest of M - R + N:
 *
 * <ul>
 *   <li>Those of {@code v} that are not in R, each as often as it remains. If more than k were
 *       deleted, no unknown value of R is above the known ones, and so above none that {@code v}
 *       keeps: the k that are known are in M, and {@code v} has at most the k greatest of M.
 *   <li>Those of N that are not below the least that {@code v} keeps: the values of M below that
 *       are not known. If {@code v} keeps all of M, this is all of N.
 *   <li>Of these the k greatest. If more than k were inserted, k are not below the unknown ones of
 *       N.
 * </ul>
 *
 * <p>If nothing is left and the group has values, they must be searched in the sources.
 *
 * @param call LEAST or GREATEST
 * @param lists how lists are written
 */
record StoredExtremes(AggregateCall call, SqlLists lists) {
  /** The list of a side, empty where the side has no such group. */
  String of(String side) {
    return Sql.call("coalesce", side + "." + column(call.column().id()), lists.empty());
  }

  /**
   * @param count the earlier number of values
   * @param removed whether any row was deleted
   */
  String merged(String count, boolean removed) {
    String all = lists.concat(removed ? kept() : of("v"), insertedValues(count));
    return lists.first(lists.sort(all, isGreatest()), call.limit());
  }

  private boolean isGreatest() {
    return call.kind() == AggregateFunction.GREATEST;
  }

  private String kept() {
    String v = of("v");
    String o = of("o");
    String beyond =
        "%s = 0 OR %s %s %s"
            .formatted(lists.length(o), lists.at(o, 1), isGreatest() ? "<" : ">", lists.at(v, -1));
    String gone = lists.length(lists.filter(o, "gone", "gone = e"));
    String remaining =
        lists.filterNumbered(
            v, position -> position + " - " + lists.position(v, "e") + " >= " + gone);
    return Sql.when(beyond, v).otherwise(remaining);
  }

  private String insertedValues(String count) {
    String v = of("v");
    String n = of("n");
    String beside = "e " + (isGreatest() ? ">=" : "<=") + " " + lists.at(v, -1);
    return Sql.when(lists.length(v) + " = " + count, n).otherwise(lists.filter(n, "e", beside));
  }

  /** The least or greatest kept value; null if there is none. */
  String first() {
    return lists.at(column(call.column().id()), 1);
  }

  /**
   * Whether values remain, but none is known.
   *
   * @param count how many remain
   */
  String usedUp(String count) {
    return lists.length(column(call.column().id())) + " = 0 AND " + count + " > 0";
  }
}
