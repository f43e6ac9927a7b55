package io.bergview.projection.statement;

import io.bergview.errors.DefinitionException;
import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.errors.Suggestions;
import java.util.ArrayList;
import java.util.List;

/** Walks the tokens of one statement; the last one is its end. */
final class Cursor {
  private static final int MAX_PARTS = 16;
  private static final List<String> RESERVED = List.of("AS", "SELECT", "WITH", "FROM", "IF", "ON");

  private final SourceText source;
  private final List<Token> tokens;
  private int at;

  Cursor(SourceText source, List<Token> tokens) {
    this.source = source;
    this.tokens = tokens;
  }

  Token peek() {
    return peek(0);
  }

  Token peek(int ahead) {
    return tokens.get(Math.min(at + ahead, tokens.size() - 1));
  }

  Token next() {
    Token token = peek();
    if (token.kind() != Token.Kind.END) {
      at++;
    }
    return token;
  }

  boolean atEnd() {
    return peek().kind() == Token.Kind.END;
  }

  Place place(Token token) {
    return source.place(token.start());
  }

  /** Goes past these keywords if all of them come now. */
  boolean accept(String... keywords) {
    for (int i = 0; i < keywords.length; i++) {
      if (!peek(i).is(keywords[i])) {
        return false;
      }
    }
    at += keywords.length;
    return true;
  }

  boolean acceptSymbol(char symbol) {
    if (!peek().isSymbol(symbol)) {
      return false;
    }
    at++;
    return true;
  }

  void expect(String... keywords) {
    for (String keyword : keywords) {
      if (!accept(keyword)) {
        throw expected(keyword, List.of(keyword));
      }
    }
  }

  void expectSymbol(char symbol, String what) {
    if (!acceptSymbol(symbol)) {
      throw expected("'" + symbol + "' " + what, List.of());
    }
  }

  String expectString(String what) {
    if (peek().kind() != Token.Kind.STRING) {
      throw expected(what, List.of());
    }
    return next().text();
  }

  /** One part of a name. */
  SqlName.Part expectPart(String what) {
    Token token = peek();
    boolean reserved = RESERVED.stream().anyMatch(token::is);
    if (token.kind() == Token.Kind.WORD && !reserved) {
      return new SqlName.Part(next().text(), false);
    }
    if (token.kind() == Token.Kind.QUOTED_NAME && !token.text().isEmpty()) {
      return new SqlName.Part(next().text(), true);
    }
    throw expected(what, List.of());
  }

  SqlName expectName(String what) {
    Token first = peek();
    List<SqlName.Part> parts = new ArrayList<>();
    do {
      if (parts.size() == MAX_PARTS) {
        throw failure(first, "a name of more than " + MAX_PARTS + " parts");
      }
      parts.add(expectPart(what));
    } while (acceptSymbol('.'));
    return new SqlName(parts, place(first));
  }

  /** Nothing may follow. */
  void expectEnd() {
    if (!atEnd()) {
      throw failure(
          peek(), "%s follows a complete statement; is a ';' missing?".formatted(peek().shown()));
    }
  }

  /** The text from the next token to the end of the statement. */
  Statement.Query rest() {
    Token first = peek();
    Token last = tokens.get(Math.max(0, tokens.size() - 2));
    at = tokens.size() - 1;
    return new Statement.Query(
        source.text().substring(first.start(), Math.max(first.start(), last.end())), place(first));
  }

  /** The next token is not what is expected. */
  DefinitionException expected(String what, List<String> known) {
    Token token = peek();
    if (token.kind() == Token.Kind.END) {
      return failure(token, "the statement is cut off: %s is expected here".formatted(what));
    }
    String meant =
        token.kind() == Token.Kind.WORD ? Suggestions.didYouMean(token.text(), known) : "";
    return failure(token, "%s is expected here, not %s%s".formatted(what, token.shown(), meant));
  }

  DefinitionException failure(Token token, String message) {
    return SourceText.failure(ProblemKind.SYNTAX, place(token), message);
  }
}
