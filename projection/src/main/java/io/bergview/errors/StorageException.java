package io.bergview.errors;

import org.jspecify.annotations.Nullable;

/**
 * A catalog, a file system or this machine failed; nothing was committed unless the message says
 * so.
 */
public final class StorageException extends BergviewException {
  private static final long serialVersionUID = 1L;

  public StorageException(ErrorCode code, String message) {
    this(code, message, null);
  }

  public StorageException(ErrorCode code, String message, @Nullable Throwable cause) {
    super(code, message, cause);
  }
}
