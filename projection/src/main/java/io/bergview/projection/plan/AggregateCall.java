package io.bergview.projection.plan;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * One aggregate over a group of rows.
 *
 * @param argument what is aggregated; for COUNT_ROWS a constant that is not looked at
 * @param orderBy ascending, nulls first; only FIRST and LAST have any
 * @param limit how many values are kept at most; 0 but for LEAST and GREATEST
 */
public record AggregateCall(
    PlanColumn column, Kind kind, Expr argument, List<Expr> orderBy, int limit) {
  /** The primitive aggregates that the language's are made of. */
  public enum Kind {
    COUNT_ROWS,
    /** Non-null values. */
    COUNT,
    COUNT_DISTINCT,
    /**
     * Exact, in decimal(38, scale), for integers and decimals; in double for floating point. Null
     * of no values.
     */
    SUM,
    MIN,
    MAX,
    /** The few least values that are not null, as often as they occur, as a list, least first. */
    LEAST,
    /** As LEAST, the greatest, greatest first. */
    GREATEST,
    /** Nulls are values. */
    FIRST,
    LAST,
    /** In double. NaN where a value is not finite. */
    MEAN,
    /** Sum of squared differences from the mean, in double. NaN where a value is not finite. */
    SQUARED_DEVIATIONS,
    /** All values, in the order of their {@link Plan.Gather}. */
    LIST
  }

  public AggregateCall {
    requireNonNull(column, "column is null");
    requireNonNull(kind, "kind is null");
    requireNonNull(argument, "argument is null");
    orderBy = List.copyOf(orderBy);
  }

  /** A call of a kind that has no limit. */
  public AggregateCall(PlanColumn column, Kind kind, Expr argument, List<Expr> orderBy) {
    this(column, kind, argument, orderBy, 0);
  }
}
