package io.bergview.projection.function;

import static java.util.Objects.requireNonNull;

/** A call that has no meaning. The message is for the user and does not say where the call is. */
public final class FunctionException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What is wrong with the call. */
  public enum Kind {
    WRONG_ARGUMENTS,
    /** The function gives another value each time, so that a stored result would mean nothing. */
    NOT_DETERMINISTIC,
    UNSUPPORTED
  }

  private final Kind kind;

  public FunctionException(Kind kind, String message) {
    super(requireNonNull(message, "message is null"));
    this.kind = requireNonNull(kind, "kind is null");
  }

  public Kind kind() {
    return kind;
  }

  static FunctionException wrongArguments(String message) {
    return new FunctionException(Kind.WRONG_ARGUMENTS, message);
  }

  static FunctionException unsupported(String message) {
    return new FunctionException(Kind.UNSUPPORTED, message);
  }
}
