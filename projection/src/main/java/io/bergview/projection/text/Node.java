package io.bergview.projection.text;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A value in a document. It stands where its first character is; a map or a list that is the value
 * of a key stands at that key, since in YAML its first character may be lines below.
 */
public sealed interface Node {
  /** From the document's root, such as {@code $compute.revenue.$sum}; empty for the root. */
  String path();

  /** 1-based. */
  int line();

  /** 1-based, in code points. */
  int column();

  /** For messages: {@code the string 'abc'}, {@code a list}. */
  String describe();

  /** Keys and values in the order of the document; no key occurs twice. */
  record MapNode(List<Entry> entries, String path, int line, int column) implements Node {
    /** A key with its own place, and its value. */
    public record Entry(String key, int line, int column, Node value) {
      public Entry {
        requireNonNull(key, "key is null");
        requireNonNull(value, "value is null");
      }
    }

    public MapNode {
      entries = List.copyOf(entries);
      requireNonNull(path, "path is null");
    }

    public Optional<Node> get(String key) {
      return entries.stream()
          .filter(entry -> entry.key().equals(key))
          .map(Entry::value)
          .findFirst();
    }

    @Override
    public String describe() {
      return entries.isEmpty() ? "an empty map" : "a map";
    }
  }

  /** Values in order. */
  record ListNode(List<Node> items, String path, int line, int column) implements Node {
    public ListNode {
      items = List.copyOf(items);
      requireNonNull(path, "path is null");
    }

    @Override
    public String describe() {
      return items.isEmpty() ? "an empty list" : "a list";
    }
  }

  /**
   * A single value.
   *
   * @param value a {@link String}, {@link Boolean}, {@link Long}, {@link java.math.BigInteger} (an
   *     integer beyond long), {@link java.math.BigDecimal} (anything with a point or an exponent),
   *     {@link Double} (only NaN and the infinities), or null
   */
  record ScalarNode(@Nullable Object value, String path, int line, int column) implements Node {
    private static final int SHOWN = 60;

    public ScalarNode {
      requireNonNull(path, "path is null");
    }

    @Override
    public String describe() {
      if (value == null) {
        return "null";
      }
      if (value instanceof String text) {
        return "the string '" + shortened(text) + "'";
      }
      return value instanceof Number ? "the number " + shortened(value.toString()) : "" + value;
    }

    private static String shortened(String text) {
      return text.codePointCount(0, text.length()) <= SHOWN
          ? text
          : text.substring(0, text.offsetByCodePoints(0, SHOWN)) + "...";
    }
  }
}
