package io.bergview.projection.yaml;

/** A query has something that the view language does not; the message names it. */
final class NoYamlFormException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NoYamlFormException(String what) {
    super(what);
  }
}
