package io.bergview.projection.resolve;

/** Something that SQL, as far as it is bound here, cannot say. */
final class NoSqlFormException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NoSqlFormException(String what) {
    super(what, null, false, false);
  }
}
