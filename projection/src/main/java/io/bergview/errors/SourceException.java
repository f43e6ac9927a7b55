package io.bergview.errors;

import org.jspecify.annotations.Nullable;

/**
 * A source cannot be read as the view needs it: its schema, a snapshot or a file is gone, or it is
 * not a table.
 */
public final class SourceException extends BergviewException {
  private static final long serialVersionUID = 1L;

  public SourceException(ErrorCode code, String message) {
    this(code, message, null);
  }

  public SourceException(ErrorCode code, String message, @Nullable Throwable cause) {
    super(code, message, cause);
  }
}
