package io.bergview.errors;

/**
 * Stable names of everything that can go wrong. The names are a format: scripts match on them, so
 * none is renamed or reused. docs/errors.md has a paragraph on each.
 */
public enum ErrorCode {
  USAGE(ExitCode.WRONG_USAGE),
  DEFINITION_INVALID(ExitCode.FAILED),
  PROJECT_INVALID(ExitCode.FAILED),
  PROJECT_NOT_FOUND(ExitCode.NOT_FOUND),
  CATALOG_NOT_FOUND(ExitCode.NOT_FOUND),
  VIEW_NOT_FOUND(ExitCode.NOT_FOUND),
  SOURCE_NOT_FOUND(ExitCode.NOT_FOUND),
  SOURCE_REF_NOT_FOUND(ExitCode.NOT_FOUND),
  SOURCE_REF_DROPPED(ExitCode.NOT_FOUND),
  FILE_NOT_FOUND(ExitCode.NOT_FOUND),
  SNAPSHOT_NOT_FOUND(ExitCode.NOT_FOUND),
  AS_OF_TOO_EARLY(ExitCode.NOT_FOUND),
  SOURCE_SCHEMA_CHANGED(ExitCode.FAILED),
  SOURCE_SNAPSHOT_EXPIRED(ExitCode.FAILED),
  SOURCE_UNSUPPORTED(ExitCode.FAILED),
  TYPE_UNSUPPORTED(ExitCode.FAILED),
  DUPLICATE_KEY(ExitCode.FAILED),
  OVERFLOW(ExitCode.FAILED),
  VALUE_INVALID(ExitCode.FAILED),
  VIEW_EXISTS(ExitCode.CONFLICT),
  TABLE_EXISTS(ExitCode.CONFLICT),
  FILE_EXISTS(ExitCode.CONFLICT),
  COMMIT_CONFLICT(ExitCode.CONFLICT),
  COMMIT_STATE_UNKNOWN(ExitCode.CONFLICT),
  TABLE_LOCKED(ExitCode.CONFLICT),
  FOREIGN_WRITES(ExitCode.REFUSED),
  VIEW_INVALID(ExitCode.REFUSED),
  VIEW_DIFFERS(ExitCode.FAILED),
  POLICY_REFUSED(ExitCode.REFUSED),
  UPSTREAM_DIVERGED(ExitCode.REFUSED),
  VIEW_IN_USE(ExitCode.REFUSED),
  FORMAT_UNSUPPORTED(ExitCode.FAILED),
  CATALOG_UNREACHABLE(ExitCode.FAILED),
  CATALOG_MODULE_MISSING(ExitCode.NOT_FOUND),
  CATALOG_WITHOUT_VIEWS(ExitCode.FAILED),
  NAMESPACE_NOT_FOUND(ExitCode.NOT_FOUND),
  NAMESPACE_EXISTS(ExitCode.CONFLICT),
  NAMESPACE_NOT_EMPTY(ExitCode.REFUSED),
  NAMESPACE_PROTECTED(ExitCode.REFUSED),
  ACCESS_DENIED(ExitCode.FAILED),
  STORAGE_FAILED(ExitCode.FAILED),
  FILE_LOST(ExitCode.FAILED),
  TABLE_PROPERTY_INVALID(ExitCode.FAILED),
  OUT_OF_MEMORY(ExitCode.FAILED),
  SPARK_NOT_FOUND(ExitCode.NOT_FOUND),
  SPARK_VERSION(ExitCode.FAILED),
  SPARK_MODULE_MISSING(ExitCode.NOT_FOUND),
  SPARK_FAILED(ExitCode.FAILED),
  SPARK_OUT_OF_MEMORY(ExitCode.FAILED),
  ENGINE_UNSUPPORTED(ExitCode.FAILED),
  IMPORT_FILE_UNREADABLE(ExitCode.FAILED),
  IMPORT_FILE_CHANGED(ExitCode.CONFLICT),
  IMPORT_COLUMNS_DIFFER(ExitCode.FAILED),
  IMPORT_ROWS_REJECTED(ExitCode.FAILED),
  ADDRESS_UNAVAILABLE(ExitCode.CONFLICT),
  TOKEN_NEEDED(ExitCode.REFUSED),
  HOST_REFUSED(ExitCode.REFUSED),
  PATH_NOT_FOUND(ExitCode.NOT_FOUND),
  STOPPING(ExitCode.REFUSED),
  OVERLOADED(ExitCode.REFUSED),
  REFRESH_TIMEOUT(ExitCode.FAILED),
  CANCELLED(ExitCode.FAILED),
  INTERNAL(ExitCode.FAILED);

  private final ExitCode exitCode;

  ErrorCode(ExitCode exitCode) {
    this.exitCode = exitCode;
  }

  public ExitCode exitCode() {
    return exitCode;
  }

  /** What a command returns to its caller. */
  public enum ExitCode {
    DONE(0),
    FAILED(1),
    WRONG_USAGE(2),
    NOT_FOUND(3),
    CONFLICT(4),
    REFUSED(5);

    private final int number;

    ExitCode(int number) {
      this.number = number;
    }

    public int number() {
      return number;
    }
  }
}
