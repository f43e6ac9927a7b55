package io.bergview.refresh.pinned;

/**
 * Somebody else has refreshed a view to a later snapshot of a base table than this run has pinned.
 * Nothing is wrong: pin the base tables anew and plan again.
 */
public final class OutrunException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public OutrunException(String message) {
    super(message);
  }
}
