package io.bergview.projection.syntax;

import io.bergview.errors.DefinitionProblem.ProblemKind;
import java.util.List;

/** Parses one expression of SQL that stands by itself, without a SELECT around it. */
public final class ExpressionParser {
  private static final String SELECT = "SELECT ";
  private static final int MOST_CHARACTERS = 10_000;

  private ExpressionParser() {}

  /**
   * The node of an expression.
   *
   * @throws SqlException where the text is not exactly one expression
   */
  public static SyntaxNode parse(String text) {
    if (text.isBlank()) {
      throw new SqlException(ProblemKind.WRONG_VALUE, 0, "the expression is empty");
    }
    if (text.length() > MOST_CHARACTERS) {
      throw new SqlException(
          ProblemKind.SYNTAX,
          0,
          "the expression has more than %d characters".formatted(MOST_CHARACTERS));
    }
    SyntaxNode expression = only(QueryParser.parse(SELECT + text, SELECT.length()));
    // What closes a parenthesis that it did not open, or is a part of SELECT, fails here.
    String alone = SELECT + "(" + text + "\n)";
    try {
      only(QueryParser.parse(alone, SELECT.length() + 1));
    } catch (SqlException e) {
      throw notOne(Math.min(e.offset(), text.length()));
    }
    return expression;
  }

  private static SyntaxNode only(SyntaxNode select) {
    List<SyntaxNode> items = select.children("select_list");
    boolean bare =
        select.type().equals("SELECT_NODE")
            && items.size() == 1
            && items.get(0).string("alias").isEmpty()
            && select.required("from_table").type().equals("EMPTY")
            && select.children("modifiers").isEmpty()
            && select.children("group_expressions").isEmpty()
            && select.children("group_sets").isEmpty()
            && select.string("aggregate_handling").equals("STANDARD_HANDLING")
            && List.of("where_clause", "having", "sample", "qualify").stream()
                .allMatch(clause -> select.child(clause).isEmpty());
    if (!bare) {
      throw notOne(items.size() > 1 ? items.get(1).offset() : 0);
    }
    return items.get(0);
  }

  private static SqlException notOne(int offset) {
    return new SqlException(
        ProblemKind.SYNTAX,
        offset,
        "one expression is expected, such as price * quantity, not a query, a list or a name for it");
  }
}
