package io.bergview.projection.syntax;

import static java.util.Objects.requireNonNull;

import io.bergview.errors.BergviewException;
import io.bergview.errors.DefinitionProblem.ProblemKind;
import org.jspecify.annotations.Nullable;

/** A query in SQL that cannot be used, with the place in its text. */
public final class SqlException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ProblemKind kind;
  private final int offset;

  /**
   * @param offset of the first character that the problem is about
   * @param message names the thing, its value, and what to do
   */
  public SqlException(ProblemKind kind, int offset, String message) {
    this(kind, offset, message, null);
  }

  /**
   * @param failure that has a code of its own
   */
  public SqlException(
      ProblemKind kind, int offset, String message, @Nullable BergviewException failure) {
    super(requireNonNull(message, "message is null"), failure);
    this.kind = requireNonNull(kind, "kind is null");
    this.offset = offset;
  }

  public ProblemKind kind() {
    return kind;
  }

  public int offset() {
    return offset;
  }

  /** What is wrong and what to do. */
  public String problem() {
    return String.valueOf(getMessage());
  }
}
