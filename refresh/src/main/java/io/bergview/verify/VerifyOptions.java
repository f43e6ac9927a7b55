package io.bergview.verify;

import io.bergview.errors.ErrorCode;
import io.bergview.errors.UsageException;

/**
 * How a view is verified.
 *
 * @param samplePercent of its keys, above 0 and at most 100, which is all of them
 * @param repair write what differs as it should be
 * @param limit how many differences are shown, 0 or more; all are counted
 */
public record VerifyOptions(double samplePercent, boolean repair, int limit) {
  private static final int USUAL_LIMIT = 20;

  /**
   * @throws UsageException {@code USAGE}
   */
  public VerifyOptions {
    if (!(samplePercent > 0 && samplePercent <= 100)) {
      throw new UsageException(
          ErrorCode.USAGE,
          "A sample must be more than 0 and at most 100 percent of the keys, not " + samplePercent);
    }
    if (limit < 0) {
      throw new UsageException(ErrorCode.USAGE, "The limit must be 0 or more, not " + limit);
    }
  }

  /** Every key; nothing is written. */
  public static VerifyOptions defaults() {
    return new VerifyOptions(100, false, USUAL_LIMIT);
  }

  public VerifyOptions sample(double percent) {
    return new VerifyOptions(percent, repair, limit);
  }

  public VerifyOptions repairing() {
    return new VerifyOptions(samplePercent, true, limit);
  }

  public VerifyOptions showing(int examples) {
    return new VerifyOptions(samplePercent, repair, examples);
  }

  boolean sampled() {
    return samplePercent < 100;
  }
}
