package io.bergview.refresh.pin;

/**
 * The pinned snapshots of base tables are stale, so that the run must pin again: somebody else has
 * refreshed a view to a later snapshot, or a pinned file is gone. Pin them anew and plan again.
 */
public final class StalePinException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  StalePinException(String message) {
    super(message);
  }

  /**
   * @param cause which pinning anew may mend
   */
  public StalePinException(RuntimeException cause) {
    super(cause.getMessage(), cause);
  }
}
