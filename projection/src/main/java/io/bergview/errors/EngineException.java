package io.bergview.errors;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The engine that was chosen for a refresh is not there, failed, or cannot compute the view. */
public final class EngineException extends BergviewException {
  private static final long serialVersionUID = 1L;

  public EngineException(ErrorCode code, String message) {
    this(code, message, List.of(), null);
  }

  /**
   * @param details lines to be shown after the message
   */
  public EngineException(
      ErrorCode code, String message, List<String> details, @Nullable Throwable cause) {
    super(code, message, details, cause);
  }
}
