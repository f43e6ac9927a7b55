package io.bergview.projection.sql;

import static io.bergview.projection.sql.DuckDbTypes.column;

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
 */
record StoredExtremes(AggregateCall call) {
  /** The list of a side, empty where the side has no such group. */
  String of(String side) {
    return "coalesce(" + side + "." + column(call.column().id()) + ", [])";
  }

  /**
   * @param count the earlier number of values
   * @param removed whether any row was deleted
   */
  String merged(String count, boolean removed) {
    String all = "list_concat(" + (removed ? kept() : of("v")) + ", " + insertedValues(count) + ")";
    String sort = call.kind() == AggregateFunction.GREATEST ? "list_reverse_sort" : "list_sort";
    return "list_slice(%s(%s), 1, %d)".formatted(sort, all, call.limit());
  }

  private String kept() {
    return "CASE WHEN len(%2$s) = 0 OR %2$s[1] %3$s %1$s[-1] THEN %1$s ELSE list_filter(%1$s, lambda e, i: i - list_position(%1$s, e) >= len(list_filter(%2$s, lambda gone: gone = e))) END"
        .formatted(of("v"), of("o"), call.kind() == AggregateFunction.GREATEST ? "<" : ">");
  }

  private String insertedValues(String count) {
    return "CASE WHEN len(%1$s) = %3$s THEN %2$s ELSE list_filter(%2$s, lambda e: e %4$s %1$s[-1]) END"
        .formatted(
            of("v"), of("n"), count, call.kind() == AggregateFunction.GREATEST ? ">=" : "<=");
  }

  /** The least or greatest kept value; null if there is none. */
  String first() {
    return column(call.column().id()) + "[1]";
  }

  /**
   * Whether values remain, but none is known.
   *
   * @param count how many remain
   */
  String usedUp(String count) {
    return "len(" + column(call.column().id()) + ") = 0 AND " + count + " > 0";
  }
}
