package io.bergview.catalog;

import java.util.Map;

/**
 * Numbers of a snapshot's summary, where any writer may have left anything: what is no number is
 * not known.
 */
public final class SummaryNumbers {
  private SummaryNumbers() {}

  /**
   * @param unknown where the summary does not say
   */
  public static long get(Map<String, String> summary, String key, long unknown) {
    String value = summary.get(key);
    if (value == null) {
      return unknown;
    }
    try {
      long number = Long.parseLong(value);
      return number < 0 ? unknown : number;
    } catch (NumberFormatException e) {
      return unknown;
    }
  }
}
