package io.bergview.errors;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Another writer was first; nothing was changed. */
public final class ConflictException extends BergviewException {
  private static final long serialVersionUID = 1L;

  public ConflictException(ErrorCode code, String message) {
    this(code, message, null);
  }

  public ConflictException(ErrorCode code, String message, @Nullable Throwable cause) {
    super(code, message, cause);
  }

  /**
   * @param details to be shown on lines of their own
   */
  public ConflictException(
      ErrorCode code, String message, List<String> details, @Nullable Throwable cause) {
    super(code, message, details, cause);
  }
}
