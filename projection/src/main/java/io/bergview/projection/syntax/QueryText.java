package io.bergview.projection.syntax;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;

/** The text of a query, whose places DuckDB counts in bytes of UTF-8. */
final class QueryText {
  private final String text;
  private final int skipped;
  private final byte[] bytes;

  /**
   * @param skipped how many characters stand in front of what the user wrote
   */
  QueryText(String text, int skipped) {
    this.text = text;
    this.skipped = skipped;
    this.bytes = text.getBytes(UTF_8);
  }

  /**
   * The character of what the user wrote at which a place begins.
   *
   * @param unknown where DuckDB does not say
   */
  int offset(JsonNode place, int unknown) {
    return isKnown(place) ? Math.max(0, characters(place.asInt()) - skipped) : unknown;
  }

  /** A part of the text; empty where DuckDB does not say which. */
  String cut(JsonNode place, JsonNode length) {
    if (!isKnown(place) || !length.canConvertToInt()) {
      return "";
    }
    int end = Math.min(bytes.length, place.asInt() + length.asInt());
    return text.substring(characters(place.asInt()), characters(end));
  }

  private boolean isKnown(JsonNode place) {
    boolean number = place.canConvertToInt() || place.isTextual() && place.asInt(-1) >= 0;
    return number && place.asInt() <= bytes.length;
  }

  private int characters(int byteCount) {
    return bytes.length == text.length()
        ? byteCount
        : new String(bytes, 0, byteCount, UTF_8).length();
  }
}
