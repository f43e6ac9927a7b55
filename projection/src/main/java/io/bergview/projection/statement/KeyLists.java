package io.bergview.projection.statement;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;
import java.util.Locale;

/** Lists of names, partition keys and sort keys in parentheses. */
final class KeyLists {
  private static final List<String> TIME = List.of("year", "month", "day", "hour");
  private static final List<String> TIME_PLURAL = List.of("years", "months", "days", "hours");
  private static final List<String> WIDTH = List.of("bucket", "truncate");
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final Cursor cursor;

  KeyLists(Cursor cursor) {
    this.cursor = cursor;
  }

  /** Reads one item of a list. */
  @FunctionalInterface
  private interface Item {
    JsonNode read();
  }

  /** {@code (day(ts), bucket(8, k), status)}. */
  JsonNode partitionKeys() {
    return inParentheses(this::partitionKey);
  }

  /** {@code (a, b)}. */
  JsonNode columns() {
    return inParentheses(this::column);
  }

  /** {@code (a, b DESC)}. */
  JsonNode sortKeys() {
    return inParentheses(this::sortKey);
  }

  /** As {@link #partitionKeys}, to the end of the text. */
  JsonNode partitionKeysOnly() {
    return toEnd(this::partitionKey);
  }

  /** As {@link #sortKeys}, to the end of the text. */
  JsonNode sortKeysOnly() {
    return toEnd(this::sortKey);
  }

  private ArrayNode inParentheses(Item item) {
    cursor.expectSymbol('(', "and a list");
    ArrayNode list = NODES.arrayNode();
    if (cursor.acceptSymbol(')')) {
      return list;
    }
    do {
      list.add(item.read());
    } while (cursor.acceptSymbol(','));
    cursor.expectSymbol(')', "or ','");
    return list;
  }

  private ArrayNode toEnd(Item item) {
    ArrayNode list = NODES.arrayNode();
    while (!cursor.atEnd()) {
      list.add(item.read());
      if (!cursor.atEnd()) {
        cursor.expectSymbol(',', "between keys");
      }
    }
    return list;
  }

  private JsonNode partitionKey() {
    Token word = cursor.peek();
    if (word.kind() != Token.Kind.WORD || !cursor.peek(1).isSymbol('(')) {
      return column();
    }
    String transform = word.text().toLowerCase(Locale.ROOT);
    if (TIME_PLURAL.contains(transform)) {
      transform = TIME.get(TIME_PLURAL.indexOf(transform));
    }
    if (!TIME.contains(transform) && !WIDTH.contains(transform)) {
      throw cursor.expected(
          "year(), month(), day(), hour(), bucket(), truncate() or a column",
          List.of("year", "month", "day", "hour", "bucket", "truncate"));
    }
    cursor.next();
    cursor.next();
    JsonNode key =
        TIME.contains(transform)
            ? NODES.objectNode().set(transform, column())
            : widthTransform(transform);
    cursor.expectSymbol(')', "after the transform");
    return key;
  }

  /** {@code bucket(8, k)}, or {@code bucket(k, 8)} as Trino writes it. */
  private JsonNode widthTransform(String transform) {
    boolean widthFirst = cursor.peek().kind() == Token.Kind.NUMBER;
    JsonNode first = widthFirst ? width() : column();
    cursor.expectSymbol(',', "and the other argument");
    JsonNode second = widthFirst ? column() : width();
    return NODES
        .objectNode()
        .<com.fasterxml.jackson.databind.node.ObjectNode>set(transform, widthFirst ? first : second)
        .set("of", widthFirst ? second : first);
  }

  private JsonNode width() {
    Token number = cursor.peek();
    if (number.kind() != Token.Kind.NUMBER) {
      throw cursor.expected("a number", List.of());
    }
    return OptionList.number(cursor.next().text());
  }

  private JsonNode column() {
    return NODES.textNode(cursor.expectName("a column").path());
  }

  private JsonNode sortKey() {
    JsonNode column = column();
    boolean descending = cursor.accept("DESC");
    if (!descending) {
      cursor.accept("ASC");
    }
    if (cursor.peek().is("NULLS")) {
      nulls(descending);
    }
    return descending ? NODES.objectNode().put(column.asText(), "desc") : column;
  }

  /** Only the order that there is. */
  private void nulls(boolean descending) {
    Token word = cursor.next();
    String there = descending ? "LAST" : "FIRST";
    if (!cursor.accept(there)) {
      throw cursor.failure(
          word,
          "the rows of a view are sorted with NULLS FIRST ascending and NULLS LAST descending;"
              + " leave it out, or write NULLS "
              + there);
    }
  }
}
