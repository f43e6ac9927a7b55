package io.bergview.projection.syntax;

import static java.util.Objects.requireNonNull;

/**
 * A query as DuckDB spells it, and where each of its characters stands in what the user wrote.
 *
 * @param origins for each character of the text, and for its end, a place in the user's text
 */
record RespelledText(String text, int[] origins) {
  RespelledText {
    requireNonNull(text, "text is null");
    if (origins.length != text.length() + 1) {
      throw new IllegalArgumentException("each character has one origin");
    }
  }

  /** What the user wrote, as it is. */
  static RespelledText of(String text) {
    int[] origins = new int[text.length() + 1];
    for (int i = 0; i < origins.length; i++) {
      origins[i] = i;
    }
    return new RespelledText(text, origins);
  }

  /** Where a character of this text stands in what the user wrote. */
  int origin(int at) {
    return origins[Math.min(at, origins.length - 1)];
  }

  /** With a part written otherwise; the new characters stand where the part began. */
  RespelledText with(int start, int end, String written) {
    int[] made = new int[origins.length - (end - start) + written.length()];
    System.arraycopy(origins, 0, made, 0, start);
    for (int i = 0; i < written.length(); i++) {
      made[start + i] = origins[Math.min(start + i, end)];
    }
    System.arraycopy(origins, end, made, start + written.length(), origins.length - end);
    return new RespelledText(text.substring(0, start) + written + text.substring(end), made);
  }
}
