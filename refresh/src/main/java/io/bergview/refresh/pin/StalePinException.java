package io.bergview.refresh.pin;

/**
 * The pinned snapshots of base tables are stale, so the run must pin again: another process has
 * refreshed a view to a later snapshot, or a pinned file is gone. Pin them again and replan.
 */
public final class StalePinException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  StalePinException(String message) {
    super(message);
  }

  /**
   * @param cause which pinning again may resolve
   */
  public StalePinException(RuntimeException cause) {
    super(cause.getMessage(), cause);
  }
}
