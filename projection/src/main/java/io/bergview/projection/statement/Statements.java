package io.bergview.projection.statement;

import io.bergview.errors.DefinitionException;
import io.bergview.errors.DefinitionProblem;
import io.bergview.errors.DefinitionProblem.ProblemKind;
import java.util.ArrayList;
import java.util.List;

/**
 * Parses SQL statements, which are separated by semicolons. Only their heads are looked at: a query
 * goes up to the end of its statement.
 */
public final class Statements {
  private static final int MAX_STATEMENTS = 10_000;

  private Statements() {}

  /**
   * The statements of a text, none if there are only comments.
   *
   * @param file or other origin, shown in problems
   * @throws DefinitionException with the first problem of each wrong statement
   */
  public static List<Statement> parse(String text, String file) {
    SourceText source = new SourceText(text, file);
    List<Statement> statements = new ArrayList<>();
    List<DefinitionProblem> problems = new ArrayList<>();
    for (List<Token> tokens : split(source)) {
      try {
        statements.add(StatementParser.parse(source, tokens));
      } catch (DefinitionException e) {
        problems.addAll(e.problems());
      }
    }
    if (!problems.isEmpty()) {
      throw new DefinitionException(problems);
    }
    return statements;
  }

  /** The tokens of each statement, with an end after them; empty statements are left out. */
  private static List<List<Token>> split(SourceText source) {
    List<List<Token>> statements = new ArrayList<>();
    List<Token> tokens = new ArrayList<>();
    for (Token token : Tokenizer.tokens(source)) {
      if (!token.isSymbol(';')) {
        tokens.add(token);
      } else if (!tokens.isEmpty()) {
        statements.add(ended(tokens));
        tokens = new ArrayList<>();
      }
      if (statements.size() > MAX_STATEMENTS) {
        throw source.failure(
            ProblemKind.SYNTAX,
            token.start(),
            "more than %,d statements".formatted(MAX_STATEMENTS));
      }
    }
    if (!tokens.isEmpty()) {
      statements.add(ended(tokens));
    }
    return statements;
  }

  private static List<Token> ended(List<Token> tokens) {
    tokens.add(StatementParser.end(tokens, 0));
    return tokens;
  }

  /**
   * Whether a text ends with its last statement, so that a shell need not wait for more lines: a
   * semicolon that is not in a string, a name or a comment, or nothing but comments.
   */
  public static boolean isComplete(String text) {
    try {
      List<Token> tokens = Tokenizer.tokens(new SourceText(text, ""));
      return tokens.isEmpty() || tokens.get(tokens.size() - 1).isSymbol(';');
    } catch (DefinitionException notClosed) {
      return false;
    }
  }
}
