package io.bergview.projection.definition;

import static java.util.Objects.requireNonNull;

import io.bergview.errors.DefinitionException;
import io.bergview.projection.syntax.QueryParser;
import io.bergview.projection.syntax.ReadTables;
import io.bergview.projection.syntax.SqlException;
import java.util.List;

/**
 * A query in SQL, as written.
 *
 * @param line of its first character in the file that it stands in, 1-based; 0 where it is unknown
 * @param column likewise
 */
public record SqlText(String text, int line, int column) {
  public SqlText {
    requireNonNull(text, "text is null");
  }

  /** A query that stands in no file. */
  public static SqlText of(String text) {
    return new SqlText(text, 0, 0);
  }

  /**
   * The tables and views that it names, by the parts of their names.
   *
   * @param origin of the definition that it is part of
   * @throws DefinitionException where it is no query
   */
  public List<List<String>> tables(Origin origin) {
    try {
      return ReadTables.of(QueryParser.parse(text));
    } catch (SqlException e) {
      throw failure(e, origin);
    }
  }

  /** A problem of the query as one of its definition, with its line and column. */
  public DefinitionException failure(SqlException problem, Origin origin) {
    int offset = Math.max(0, Math.min(problem.offset(), text.length()));
    String before = text.substring(0, offset);
    int row = (int) before.chars().filter(c -> c == '\n').count();
    int from = before.lastIndexOf('\n') + 1;
    int characters = before.codePointCount(from, before.length());
    return origin.failureIn(problem.kind(), "$sql", this, row, characters, problem.problem());
  }
}
