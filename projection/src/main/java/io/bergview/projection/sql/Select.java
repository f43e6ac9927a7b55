package io.bergview.projection.sql;

import java.util.ArrayList;
import java.util.List;

/**
 * A SELECT being written. One in another's FROM is kept on few lines, so that the outer one stays
 * readable.
 */
final class Select {
  private final StringBuilder text = new StringBuilder("SELECT");
  private final String clause;

  private Select(List<String> outputs, String line, String clause) {
    this.clause = clause;
    text.append(line).append(outputs.isEmpty() ? "1 AS one" : String.join("," + line, outputs));
  }

  /** With these outputs, on one line; with a constant if there are none, so that rows remain. */
  static Select of(List<String> outputs) {
    return new Select(outputs, " ", " ");
  }

  /** As {@link #of}, one output a line. */
  static Select lines(List<String> outputs) {
    return new Select(outputs, "\n  ", "\n");
  }

  /** All columns, then further outputs. */
  static Select everything(List<String> added) {
    List<String> outputs = new ArrayList<>(List.of("*"));
    outputs.addAll(added);
    return of(outputs);
  }

  /**
   * @param relation a name, a named query in parentheses, or another relation of the renderer
   */
  Select from(String relation) {
    text.append(clause).append("FROM ").append(relation);
    return this;
  }

  /**
   * @param kind {@code LEFT JOIN}
   */
  Select join(String kind, String relation, String condition) {
    text.append('\n').append(kind).append(' ').append(relation).append(" ON ").append(condition);
    return this;
  }

  Select where(String condition) {
    text.append(clause).append("WHERE ").append(condition);
    return this;
  }

  /** Groups by expressions, or by numbers of outputs; without any there is one group. */
  Select groupBy(List<String> keys) {
    if (!keys.isEmpty()) {
      text.append(clause).append("GROUP BY ").append(String.join(", ", keys));
    }
    return this;
  }

  String sql() {
    return text.toString();
  }

  /** The query where a relation may stand. */
  String nested() {
    return "(" + text + ")";
  }
}
