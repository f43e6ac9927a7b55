package io.bergview.projection.syntax;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The text of a query, whose places DuckDB counts in bytes of UTF-8. */
final class QueryText {
  private final String original;
  private final RespelledText respelled;
  private final String text;
  private final int skipped;
  private final byte[] bytes;

  /**
   * @param original the text that the respelled one was made of
   * @param respelled what DuckDB parsed
   * @param skipped how many characters stand in front of what the user wrote
   */
  QueryText(String original, RespelledText respelled, int skipped) {
    this.original = original;
    this.respelled = respelled;
    this.text = respelled.text();
    this.skipped = skipped;
    this.bytes = text.getBytes(UTF_8);
  }

  /**
   * The character of what the user wrote at which a place begins.
   *
   * @param unknown where DuckDB does not say
   */
  int offset(JsonNode place, int unknown) {
    return isKnown(place)
        ? Math.max(0, respelled.origin(characters(place.asInt())) - skipped)
        : unknown;
  }

  /** Where the user last wrote a word; the given place where there is none. */
  int last(String word, int otherwise) {
    Matcher words =
        Pattern.compile("\\b" + word + "\\b", Pattern.CASE_INSENSITIVE).matcher(original);
    int last = -1;
    while (words.find()) {
      last = words.start() - skipped;
    }
    return last < 0 ? otherwise : last;
  }

  /** A part of the text; empty where DuckDB does not say which. */
  String cut(JsonNode place, JsonNode length) {
    if (!isKnown(place) || !length.canConvertToInt()) {
      return "";
    }
    int end = Math.min(bytes.length, place.asInt() + length.asInt());
    int first = respelled.origin(characters(place.asInt()));
    return original.substring(first, Math.max(first, respelled.origin(characters(end))));
  }

  /** The character of the respelled text at which a place begins; -1 where it is not known. */
  int respelledOffset(JsonNode place) {
    return isKnown(place) ? characters(place.asInt()) : -1;
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
