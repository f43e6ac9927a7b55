package io.bergview.errors;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * An error meant for users: the message names the thing, its value, and what to do. One subclass
 * per kind of cause, each instance with a stable {@link ErrorCode}.
 */
public abstract class BergviewException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final ErrorCode code;

  protected BergviewException(ErrorCode code, String message, @Nullable Throwable cause) {
    super(requireNonNull(message, "message is null"), cause);
    this.code = requireNonNull(code, "code is null");
  }

  public final ErrorCode code() {
    return code;
  }
}
