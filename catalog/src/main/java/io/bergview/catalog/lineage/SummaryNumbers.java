package io.bergview.catalog.lineage;

import java.util.Map;

/**
 * Numbers in the summary of a snapshot. Any writer may omit them, and some write them wrong: values
 * that are not numbers are ignored.
 */
public final class SummaryNumbers {
  private SummaryNumbers() {}

  /**
   * @param unknown where the summary does not have the key, or no number for it
   */
  public static long number(Map<String, String> summary, String key, long unknown) {
    String value = summary.get(key);
    if (value == null) {
      return unknown;
    }
    try {
      return Long.parseLong(value);
    } catch (NumberFormatException e) {
      return unknown;
    }
  }

  /** Whether the summary has a value for the key that is not a number. */
  static boolean isWrong(Map<String, String> summary, String key) {
    return summary.containsKey(key)
        && number(summary, key, Long.MIN_VALUE) != number(summary, key, Long.MAX_VALUE);
  }
}
