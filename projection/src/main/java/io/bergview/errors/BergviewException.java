package io.bergview.errors;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An error meant for users: the message names the thing, its value, and what to do. One subclass
 * per kind of cause, each instance with a stable {@link ErrorCode}.
 */
public abstract class BergviewException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final ErrorCode code;
  private final ArrayList<String> details;

  protected BergviewException(ErrorCode code, String message, @Nullable Throwable cause) {
    this(code, message, List.of(), cause);
  }

  protected BergviewException(
      ErrorCode code, String message, List<String> details, @Nullable Throwable cause) {
    super(requireNonNull(message, "message is null"), cause);
    this.code = requireNonNull(code, "code is null");
    this.details = new ArrayList<>(details);
  }

  /** Examples and single differences, to be shown on lines of their own after the message. */
  public final List<String> details() {
    return List.copyOf(details);
  }

  public final ErrorCode code() {
    return code;
  }
}
