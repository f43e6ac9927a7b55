package io.bergview.projection.definition;

/** One entry of {@code $compute}. */
public sealed interface Computation permits Aggregate, ComputedValue {
  /** Where in the document it stands, such as {@code $compute.revenue}. */
  String at();
}
