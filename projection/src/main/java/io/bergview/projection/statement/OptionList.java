package io.bergview.projection.statement;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.bergview.errors.DefinitionException;
import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.errors.Suggestions;
import io.bergview.projection.text.Quantities;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * {@code WITH SHARDS=12 REPLICATION_FACTOR=2}, {@code WITH (k = v, ...)}, {@code SET (...)}; among
 * the options may be {@code SHARD KEY (c)}.
 */
final class OptionList {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final Cursor cursor;

  OptionList(Cursor cursor) {
    this.cursor = cursor;
  }

  /** Takes an option; {@code value} is empty for {@code DEFAULT}. */
  @FunctionalInterface
  interface Options {
    void accept(ViewOption option, Optional<Setting> value, Token at);
  }

  /** In parentheses, or without them up to the next clause. */
  void read(Options options) {
    if (cursor.acceptSymbol('(')) {
      do {
        option(options);
      } while (cursor.acceptSymbol(','));
      cursor.expectSymbol(')', "or ','");
      return;
    }
    do {
      option(options);
    } while (cursor.acceptSymbol(',') || cursor.peek(1).isSymbol('='));
  }

  private void option(Options options) {
    Token word = cursor.peek();
    if (cursor.accept("SHARD", "KEY")) {
      Token at = cursor.peek();
      options.accept(
          ViewOption.SHARD_KEY,
          Optional.of(new Setting(new KeyLists(cursor).columns(), cursor.place(at))),
          word);
      return;
    }
    String name = cursor.expectPart("an option such as shards = 12").text();
    ViewOption option =
        ViewOption.find(name)
            .orElseThrow(
                () ->
                    SourceText.failure(
                        ProblemKind.UNKNOWN_KEY,
                        cursor.place(word),
                        "there is no option '%s'%s; there are %s"
                            .formatted(
                                name,
                                Suggestions.didYouMean(name, ViewOption.words()),
                                String.join(", ", ViewOption.words()))));
    cursor.expectSymbol('=', "and the value of " + option.word());
    Token at = cursor.peek();
    options.accept(
        option,
        cursor.accept("DEFAULT")
            ? Optional.empty()
            : Optional.of(new Setting(value(option, at), cursor.place(at))),
        word);
  }

  private JsonNode value(ViewOption option, Token at) {
    return switch (option.form()) {
      case PARTITION_KEYS -> keys(at, true);
      case SORT_KEYS -> keys(at, false);
      case LIST -> list();
      case DURATION -> NODES.textNode(duration(cursor, "a duration in quotes, such as '15m',"));
      case NUMBER -> asNumber(scalar(option));
      case TEXT -> scalar(option);
    };
  }

  private JsonNode keys(Token at, boolean partition) {
    if (at.kind() != Token.Kind.STRING) {
      return partition ? new KeyLists(cursor).partitionKeys() : new KeyLists(cursor).sortKeys();
    }
    String text = cursor.next().text();
    KeyLists inner = new KeyLists(StatementParser.cursor(new SourceText(text, "")));
    try {
      return partition ? inner.partitionKeysOnly() : inner.sortKeysOnly();
    } catch (DefinitionException e) {
      throw cursor.failure(at, "'%s': %s".formatted(text, e.problems().get(0).message()));
    }
  }

  /** {@code 'a, b'} or {@code ('a', 'b')} or {@code (a, b)}. */
  private JsonNode list() {
    ArrayNode list = NODES.arrayNode();
    if (cursor.acceptSymbol('(')) {
      do {
        list.add(
            cursor.peek().kind() == Token.Kind.STRING
                ? cursor.next().text()
                : cursor.expectName("a name").path());
      } while (cursor.acceptSymbol(','));
      cursor.expectSymbol(')', "or ','");
      return list;
    }
    if (cursor.peek().kind() != Token.Kind.STRING) {
      list.add(cursor.expectName("a list in quotes").path());
      return list;
    }
    for (String item : cursor.next().text().split(",", -1)) {
      list.add(item.strip());
    }
    return list;
  }

  private JsonNode scalar(ViewOption option) {
    Token token = cursor.peek();
    boolean negative = token.isSymbol('-') && cursor.peek(1).kind() == Token.Kind.NUMBER;
    if (negative) {
      cursor.next();
      return number("-" + cursor.next().text());
    }
    return switch (token.kind()) {
      case NUMBER -> number(cursor.next().text());
      case STRING, QUOTED_NAME -> NODES.textNode(cursor.next().text());
      case WORD -> word(cursor.next().text());
      default -> throw cursor.expected("the value of " + option.word(), List.of());
    };
  }

  private static JsonNode word(String word) {
    String lower = word.toLowerCase(Locale.ROOT);
    return lower.equals("true") || lower.equals("false")
        ? NODES.booleanNode(lower.equals("true"))
        : NODES.textNode(lower);
  }

  /** A number in quotes is one too. */
  private static JsonNode asNumber(JsonNode value) {
    return value.isTextual() && value.asText().matches("\\d{1,18}(\\.\\d{1,18})?")
        ? number(value.asText())
        : value;
  }

  static JsonNode number(String text) {
    if (text.length() > 40) {
      return NODES.textNode(text);
    }
    BigDecimal number = new BigDecimal(text);
    boolean isLong = number.scale() <= 0 && number.precision() - (long) number.scale() < 18;
    return isLong ? NODES.numberNode(number.longValueExact()) : NODES.numberNode(number);
  }

  /** A duration, as the view language writes it. */
  static String duration(Cursor cursor, String what) {
    Token at = cursor.peek();
    String text = cursor.expectString(what);
    try {
      return Quantities.written(Durations.parse(text));
    } catch (IllegalArgumentException e) {
      throw SourceText.failure(
          ProblemKind.WRONG_VALUE, cursor.place(at), String.valueOf(e.getMessage()));
    }
  }
}
