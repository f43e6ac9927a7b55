package io.bergview.errors;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The data breaks a rule of the view: a duplicate key, an overflow, a value that does not fit. */
public final class DataException extends BergviewException {
  private static final long serialVersionUID = 1L;

  public DataException(ErrorCode code, String message) {
    this(code, message, null);
  }

  public DataException(ErrorCode code, String message, @Nullable Throwable cause) {
    super(code, message, cause);
  }

  /**
   * @param details to be shown on lines of their own
   */
  public DataException(
      ErrorCode code, String message, List<String> details, @Nullable Throwable cause) {
    super(code, message, details, cause);
  }
}
