package io.bergview.pipeline;

/** The text of a statement that failed, for those who look into the causes of a failure. */
final class FailedStatement extends RuntimeException {
  private static final long serialVersionUID = 1L;

  FailedStatement(String sql, Throwable cause) {
    super("the statement was\n" + sql, cause);
  }
}
