package io.bergview.projection.definition;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;

/**
 * An entry of {@code $compute} that aggregates.
 *
 * @param argument empty only for {@code {$count: '*'}}
 * @param orderBy {@code $orderBy} of {@code $first} and {@code $last}; empty for the default order,
 *     the root's {@code $id}
 * @param at where in the document it stands, such as {@code $compute.revenue}
 */
public record Aggregate(
    Function function, Optional<ValueExpression> argument, List<ColumnPath> orderBy, String at)
    implements Computation {
  /** The aggregate functions, each with its name in the language. */
  public enum Function {
    COUNT("$count"),
    SUM("$sum"),
    AVG("$avg"),
    MIN("$min"),
    MAX("$max"),
    FIRST("$first"),
    LAST("$last"),
    STDDEV("$stddev"),
    VARIANCE("$variance"),
    STDDEV_POP("$stddevPop"),
    VARIANCE_POP("$variancePop"),
    /** The value that occurs most; the least of several. */
    MODE("$mode"),
    COUNT_DISTINCT("$countDistinct");

    private final String symbol;

    Function(String symbol) {
      this.symbol = symbol;
    }

    public String symbol() {
      return symbol;
    }
  }

  public Aggregate {
    requireNonNull(function, "function is null");
    requireNonNull(argument, "argument is null");
    orderBy = List.copyOf(orderBy);
    requireNonNull(at, "at is null");
  }
}
