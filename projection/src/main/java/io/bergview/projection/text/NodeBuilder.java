package io.bergview.projection.text;

import io.bergview.errors.DefinitionException;
import io.bergview.errors.DefinitionProblem;
import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.projection.text.Node.ListNode;
import io.bergview.projection.text.Node.MapNode;
import io.bergview.projection.text.Node.MapNode.Entry;
import io.bergview.projection.text.Node.ScalarNode;
import io.bergview.projection.text.Positions.LineColumn;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Builds the nodes of one file within its limits, for every syntax. */
final class NodeBuilder {
  static final int MAX_DEPTH = 100;
  static final int MAX_NODES = 100_000;
  private static final int MAX_NUMBER_LENGTH = 1_000;
  private static final int MAX_EXPONENT = 10_000;

  private final String file;
  private int nodes;

  NodeBuilder(String file) {
    this.file = file;
  }

  DefinitionException failure(LineColumn place, String path, String message) {
    return new DefinitionException(
        new DefinitionProblem(
            ProblemKind.SYNTAX, file, path, place.line(), place.column(), message));
  }

  /** Every value of the document calls this before its parts are read. */
  void enter(int depth, LineColumn place, String path) {
    if (depth > MAX_DEPTH) {
      throw tooDeep(place, path);
    }
    if (++nodes > MAX_NODES) {
      throw failure(
          place, path, "the file holds more than " + MAX_NODES + " values, aliases followed");
    }
  }

  DefinitionException tooDeep(LineColumn place, String path) {
    return failure(place, path, "nested more than " + MAX_DEPTH + " levels deep");
  }

  Node map(Map<String, Entry> entries, String path, LineColumn place) {
    return new MapNode(List.copyOf(entries.values()), path, place.line(), place.column());
  }

  /** Refuses a key that the map has already. */
  void checkNew(Map<String, Entry> entries, String key, String path, LineColumn place) {
    Entry first = entries.get(key);
    if (first != null) {
      throw failure(
          place,
          path,
          "the key '%s' is here twice, first at %d:%d"
              .formatted(key, first.line(), first.column()));
    }
  }

  Node list(List<Node> items, String path, LineColumn place) {
    return new ListNode(items, path, place.line(), place.column());
  }

  Node scalar(@Nullable Object value, String path, LineColumn place) {
    if (value instanceof String text) {
      checkText(text, path, place);
    }
    return new ScalarNode(value, path, place.line(), place.column());
  }

  /** Refuses half a surrogate pair, which no UTF-8 can hold. */
  void checkText(String text, String path, LineColumn place) {
    boolean broken =
        text.codePoints()
            .anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
    if (broken) {
      throw failure(place, path, "the text holds half a surrogate pair");
    }
  }

  /** A number of base 10, exact; {@code 5.} is 5.0, so that it remains distinct from 5. */
  Number decimal(String text, String path, LineColumn place) {
    if (text.length() > MAX_NUMBER_LENGTH) {
      throw failure(place, path, "a number of more than " + MAX_NUMBER_LENGTH + " characters");
    }
    BigDecimal number;
    try {
      number = new BigDecimal(text);
    } catch (NumberFormatException e) {
      throw failure(place, path, "'" + text + "' is not a number that can be held");
    }
    if (Math.abs((long) number.scale()) > MAX_EXPONENT) {
      throw failure(place, path, "'" + text + "' has an exponent beyond " + MAX_EXPONENT);
    }
    boolean integer = text.chars().noneMatch(c -> c == '.' || c == 'e' || c == 'E');
    if (integer) {
      return integer(number.unscaledValue());
    }
    return number.scale() == 0 ? number.setScale(1) : number;
  }

  /** An integer with a sign, its digits in the radix given. */
  Number radix(String sign, String digits, int radix, String path, LineColumn place) {
    if (digits.length() > MAX_NUMBER_LENGTH) {
      throw failure(place, path, "a number of more than " + MAX_NUMBER_LENGTH + " characters");
    }
    BigInteger number = new BigInteger(digits, radix);
    return integer(sign.equals("-") ? number.negate() : number);
  }

  private static Number integer(BigInteger number) {
    return number.bitLength() < Long.SIZE ? (Number) number.longValueExact() : number;
  }

  static String entryPath(String parent, String key) {
    boolean plain = !key.isEmpty() && key.chars().noneMatch(c -> c == '.' || c == '[' || c == '`');
    String name = plain ? key : '`' + key.replace("`", "``") + '`';
    return parent.isEmpty() ? name : parent + '.' + name;
  }

  static String itemPath(String parent, int index) {
    return parent + '[' + index + ']';
  }
}
