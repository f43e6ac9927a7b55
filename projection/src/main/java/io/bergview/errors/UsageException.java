package io.bergview.errors;

import org.jspecify.annotations.Nullable;

/** An invalid request: a wrong argument, a wrong project file. */
public final class UsageException extends BergviewException {
  private static final long serialVersionUID = 1L;

  public UsageException(ErrorCode code, String message) {
    this(code, message, null);
  }

  public UsageException(ErrorCode code, String message, @Nullable Throwable cause) {
    super(code, message, cause);
  }
}
