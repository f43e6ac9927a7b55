package io.bergview.projection.plan;

import static java.util.Objects.requireNonNull;

/** A value that rows are ordered by. */
public record SortOrder(Expr value, boolean descending, boolean nullsFirst) {
  public SortOrder {
    requireNonNull(value, "value is null");
  }

  /** The same order by another value. */
  public SortOrder by(Expr other) {
    return new SortOrder(other, descending, nullsFirst);
  }
}
