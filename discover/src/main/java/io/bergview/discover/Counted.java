package io.bergview.discover;

import java.util.Locale;

/** Numbers in evidence. */
final class Counted {
  private Counted() {}

  /** {@code 12,000}. */
  static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** {@code 1 row}, {@code 12,000 rows}. */
  static String rows(long number) {
    return number(number) + (number == 1 ? " row" : " rows");
  }

  /** Three digits at most, cut off: 0.9999 is not 1. */
  static double confidence(double confidence) {
    return Math.floor(confidence * 1000) / 1000;
  }
}
