package io.bergview.errors;

import static java.util.Objects.requireNonNull;

import java.util.function.UnaryOperator;

/**
 * One problem of a definition.
 *
 * @param kind the kind of problem, a stable code
 * @param file the file or other origin as the user named it; empty if there is none
 * @param at the path inside the document, such as {@code $expand[1]}; empty for the whole document
 * @param line 1-based line, 0 where unknown
 * @param column 1-based column, 0 where unknown
 * @param message names the thing, its value, and what to do
 */
public record DefinitionProblem(
    ProblemKind kind, String file, String at, int line, int column, String message) {
  /** Stable names, for machines. */
  public enum ProblemKind {
    SYNTAX,
    UNKNOWN_KEY,
    DUPLICATE,
    MISSING,
    WRONG_TYPE,
    WRONG_VALUE,
    UNKNOWN_TYPE,
    UNKNOWN_RELATION,
    UNKNOWN_COLUMN,
    UNKNOWN_OPERATOR,
    UNKNOWN_AGGREGATE,
    UNKNOWN_UNIT,
    NAME_COLLISION,
    CYCLE,
    CRON,
    ZONE,
    GRAIN,
    TYPE_UNSUPPORTED,
    AMBIGUOUS_COLUMN,
    UNKNOWN_FUNCTION,
    NOT_DETERMINISTIC,
    UNSUPPORTED
  }

  public DefinitionProblem {
    requireNonNull(kind, "kind is null");
    requireNonNull(file, "file is null");
    requireNonNull(at, "at is null");
    requireNonNull(message, "message is null");
  }

  /** The same without secrets, in text that may be shown anywhere. */
  DefinitionProblem shown(UnaryOperator<String> mask) {
    return new DefinitionProblem(
        kind,
        Printable.line(mask.apply(file)),
        Printable.line(mask.apply(at)),
        line,
        column,
        Printable.line(mask.apply(message)));
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(file);
    if (line > 0) {
      text.append(text.isEmpty() ? "line " : ":").append(line).append(':').append(column);
    }
    if (!at.isEmpty()) {
      text.append(text.isEmpty() ? "" : ": ").append(at);
    }
    return text.append(text.isEmpty() ? "" : ": ").append(message).toString();
  }
}
