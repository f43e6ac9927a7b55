package io.bergview.spark.sql;

import java.util.regex.Pattern;

/** Frames of windows, which standard SQL has more of than Spark. */
final class SparkFrames {
  private static final String UNBOUNDED_OR_CURRENT =
      "(UNBOUNDED (PRECEDING|FOLLOWING)|CURRENT ROW)";
  private static final Pattern FRAME =
      Pattern.compile(
          "ROWS BETWEEN [A-Z0-9 ]+|RANGE BETWEEN "
              + UNBOUNDED_OR_CURRENT
              + " AND "
              + UNBOUNDED_OR_CURRENT);

  private SparkFrames() {}

  /**
   * @throws UnsupportedOnSpark for GROUPS, EXCLUDE and distances in RANGE
   */
  static String frame(String frame) {
    if (!FRAME.matcher(frame).matches() || frame.contains(" EXCLUDE ")) {
      throw new UnsupportedOnSpark("frame " + frame);
    }
    return frame;
  }
}
