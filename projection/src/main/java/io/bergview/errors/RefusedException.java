package io.bergview.errors;

import org.jspecify.annotations.Nullable;

/** Possible, but refused by a policy or a safety rule; the message says how to allow it. */
public final class RefusedException extends BergviewException {
  private static final long serialVersionUID = 1L;

  public RefusedException(ErrorCode code, String message) {
    this(code, message, null);
  }

  public RefusedException(ErrorCode code, String message, @Nullable Throwable cause) {
    super(code, message, cause);
  }
}
