package io.bergview.projection.plan;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * One aggregate over a group of rows.
 *
 * @param argument what is aggregated; for COUNT_ROWS an unused constant
 * @param orderBy ascending, nulls first; only FIRST and LAST have any
 * @param limit how many values are kept at most; 0 except for LEAST and GREATEST
 * @param named of kind NAMED, which aggregate
 * @param counted the column of the same group with the number of aggregated values: the column of a
 *     COUNT of the argument, or of a COUNT_ROWS where the argument is never null. Empty if the
 *     aggregates of two groups can be merged without that number
 */
public record AggregateCall(
    PlanColumn column,
    AggregateFunction kind,
    Expr argument,
    List<Expr> orderBy,
    int limit,
    Optional<PlanColumn> counted,
    Optional<NamedAggregate> named) {
  /** The primitive aggregates from which those of the language are composed. */
  public enum AggregateFunction {
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
    /** All values, in the order of their {@link Plan.NestedAggregate}. */
    LIST,
    /** Any other, which SQL calls by its name. */
    NAMED
  }

  public AggregateCall {
    requireNonNull(column, "column is null");
    requireNonNull(kind, "kind is null");
    requireNonNull(argument, "argument is null");
    orderBy = List.copyOf(orderBy);
    requireNonNull(counted, "counted is null");
    requireNonNull(named, "named is null");
  }

  /** A call of a kind other than NAMED. */
  public AggregateCall(
      PlanColumn column,
      AggregateFunction kind,
      Expr argument,
      List<Expr> orderBy,
      int limit,
      Optional<PlanColumn> counted) {
    this(column, kind, argument, orderBy, limit, counted, Optional.empty());
  }

  /** A call of kind NAMED. */
  public AggregateCall(PlanColumn column, Expr argument, NamedAggregate named) {
    this(
        column,
        AggregateFunction.NAMED,
        argument,
        List.of(),
        0,
        Optional.empty(),
        Optional.of(named));
  }

  /** A call of a kind that has no limit, and needs no number of values. */
  public AggregateCall(
      PlanColumn column, AggregateFunction kind, Expr argument, List<Expr> orderBy) {
    this(column, kind, argument, orderBy, 0, Optional.empty());
  }

  /** The same aggregate of another argument, into the same column. */
  public AggregateCall over(Expr other, List<Expr> order) {
    return new AggregateCall(column, kind, other, order, limit, counted, named);
  }

  /** The same aggregate, of kind NAMED, of the rows for which a condition is true. */
  public AggregateCall where(Expr condition) {
    return new AggregateCall(column, argument, named.orElseThrow().where(condition));
  }

  /** The same aggregate with each value that it reads mapped. */
  public AggregateCall mapOperands(UnaryOperator<Expr> made) {
    return new AggregateCall(
        column,
        kind,
        made.apply(argument),
        orderBy.stream().map(made).toList(),
        limit,
        counted,
        named.map(aggregate -> aggregate.mapOperands(made)));
  }

  /** Which of a group's aggregates is the number of values that this one aggregates. */
  public AggregateCall countAmong(List<AggregateCall> calls) {
    PlanColumn count =
        counted.orElseThrow(
            () -> new IllegalStateException("nothing counts the values of " + this));
    return calls.stream()
        .filter(call -> call.column().equals(count))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("the count beside " + this + " is gone"));
  }
}
