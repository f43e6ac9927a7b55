package io.bergview.errors;

import org.jspecify.annotations.Nullable;

/** Something named does not exist: a view, a table, a project, a catalog. */
public final class NotFoundException extends BergviewException {
  private static final long serialVersionUID = 1L;

  public NotFoundException(ErrorCode code, String message) {
    this(code, message, null);
  }

  public NotFoundException(ErrorCode code, String message, @Nullable Throwable cause) {
    super(code, message, cause);
  }
}
