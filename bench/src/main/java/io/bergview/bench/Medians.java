package io.bergview.bench;

import java.util.List;

/** Percentiles of some measurements, without interpolation. */
final class Medians {
  private Medians() {}

  static double of(List<Double> values) {
    return percentile(values, 50);
  }

  /** The smallest value that {@code percent} of the values do not exceed; NaN of none. */
  static double percentile(List<Double> values, int percent) {
    if (values.isEmpty()) {
      return Double.NaN;
    }
    List<Double> sorted = values.stream().sorted().toList();
    int rank = (int) Math.ceil(percent / 100.0 * sorted.size());
    return sorted.get(Math.max(0, rank - 1));
  }
}
