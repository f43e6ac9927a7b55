package io.bergview.projection.definition;

import static java.util.Objects.requireNonNull;

import io.bergview.errors.DefinitionException;
import io.bergview.projection.syntax.ExpressionParser;
import io.bergview.projection.syntax.SqlException;
import io.bergview.projection.syntax.SyntaxNode;
import java.util.List;

/**
 * A scalar expression in SQL, {@code {$expr: 'price * quantity'}}. Its names are paths, as
 * everywhere in the definition, but spelt as SQL spells names.
 *
 * @param text as written
 * @param at where in the document it stands, such as {@code $filter.$expr}
 */
public record SqlExpression(String text, String at) {
  /** What comes before it in the language. */
  public static final String KEY = "$expr";

  public SqlExpression {
    requireNonNull(text, "text is null");
    requireNonNull(at, "at is null");
  }

  /**
   * Its syntax.
   *
   * @throws SqlException where it is no expression
   */
  public SyntaxNode syntax() {
    return ExpressionParser.parse(text);
  }

  /**
   * The paths that it names, each as often as it is named, in their spelling here.
   *
   * @throws SqlException where it is no expression
   */
  public List<ColumnPath> paths() {
    return syntax().all("COLUMN_REF").stream()
        .map(column -> new ColumnPath(column.strings("column_names"), at))
        .toList();
  }

  /** A problem of the expression as one of its definition. */
  public DefinitionException failure(SqlException problem, Origin origin) {
    return origin.failure(problem.kind(), at, message(text, problem));
  }

  /** A problem with its place in an expression. */
  static String message(String text, SqlException problem) {
    int offset = Math.max(0, Math.min(problem.offset(), text.length()));
    String before = text.substring(0, offset);
    int column = before.codePointCount(before.lastIndexOf('\n') + 1, before.length()) + 1;
    long line = before.chars().filter(c -> c == '\n').count() + 1;
    String place =
        text.strip().indexOf('\n') < 0
            ? "column %d".formatted(column)
            : "line %d, column %d".formatted(line, column);
    return place + ": " + problem.problem();
  }
}
