package io.bergview.refresh.pin;

/**
 * The base tables that a run has pinned will not do any more: somebody else has refreshed a view to
 * a later snapshot, or a pinned file is gone. Pin them anew and plan again.
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
