package io.bergview.upkeep.queue;

import static java.util.Objects.requireNonNull;

import io.bergview.errors.BergviewException;
import io.bergview.errors.ErrorCode;
import io.bergview.settings.ServeSettings;
import java.time.Duration;

/**
 * The retry policy of failed refreshes.
 *
 * @param attempts in all, at least 1
 * @param backoff wait before the second; it doubles with each further one
 * @param backoffLimit no wait is longer
 */
public record RetryPolicy(int attempts, Duration backoff, Duration backoffLimit) {
  private static final int MOST_DOUBLINGS = 30;

  public RetryPolicy {
    requireNonNull(backoff, "backoff is null");
    requireNonNull(backoffLimit, "backoffLimit is null");
    if (attempts < 1) {
      throw new IllegalArgumentException("attempts is below 1: " + attempts);
    }
  }

  public static RetryPolicy of(ServeSettings settings) {
    return new RetryPolicy(settings.attempts(), settings.backoff(), settings.backoffLimit());
  }

  /** Whether another attempt may end otherwise than this one did. */
  boolean allowsAfter(int attempt, BergviewException error) {
    return attempt < attempts && waitingMayHelp(error.code());
  }

  /**
   * Whether the same refresh may succeed a little later without a change of the view, its
   * definition or its sources. If a change is needed, that change triggers a new refresh. Every
   * code is listed, so that a new one must be decided here.
   */
  private static boolean waitingMayHelp(ErrorCode code) {
    return switch (code) {
      case SOURCE_NOT_FOUND,
          SOURCE_REF_NOT_FOUND,
          SOURCE_REF_DROPPED,
          FILE_NOT_FOUND,
          FILE_LOST,
          SOURCE_SNAPSHOT_EXPIRED,
          COMMIT_CONFLICT,
          COMMIT_STATE_UNKNOWN,
          TABLE_LOCKED,
          POLICY_REFUSED,
          UPSTREAM_DIVERGED,
          CATALOG_UNREACHABLE,
          ACCESS_DENIED,
          STORAGE_FAILED,
          OUT_OF_MEMORY,
          SPARK_FAILED,
          SPARK_OUT_OF_MEMORY,
          REFRESH_TIMEOUT,
          INTERNAL ->
          true;
      case USAGE,
          DEFINITION_INVALID,
          PROJECT_INVALID,
          PROJECT_NOT_FOUND,
          CATALOG_NOT_FOUND,
          VIEW_NOT_FOUND,
          SNAPSHOT_NOT_FOUND,
          AS_OF_TOO_EARLY,
          SOURCE_SCHEMA_CHANGED,
          SOURCE_UNSUPPORTED,
          TYPE_UNSUPPORTED,
          DUPLICATE_KEY,
          OVERFLOW,
          TABLE_PROPERTY_INVALID,
          VALUE_INVALID,
          VIEW_EXISTS,
          TABLE_EXISTS,
          FILE_EXISTS,
          FOREIGN_WRITES,
          VIEW_INVALID,
          VIEW_DIFFERS,
          VIEW_IN_USE,
          NAMESPACE_EXISTS,
          NAMESPACE_NOT_FOUND,
          NAMESPACE_NOT_EMPTY,
          NAMESPACE_PROTECTED,
          FORMAT_UNSUPPORTED,
          CATALOG_MODULE_MISSING,
          CATALOG_WITHOUT_VIEWS,
          SPARK_NOT_FOUND,
          SPARK_VERSION,
          SPARK_MODULE_MISSING,
          ENGINE_UNSUPPORTED,
          IMPORT_FILE_UNREADABLE,
          IMPORT_FILE_CHANGED,
          IMPORT_COLUMNS_DIFFER,
          IMPORT_ROWS_REJECTED,
          ADDRESS_UNAVAILABLE,
          TOKEN_NEEDED,
          HOST_REFUSED,
          PATH_NOT_FOUND,
          STOPPING,
          OVERLOADED,
          CANCELLED ->
          false;
    };
  }

  /**
   * How long to wait before the next one.
   *
   * @param attempt that failed, from 1
   */
  public Duration waitAfter(int attempt) {
    Duration wait = backoff.multipliedBy(1L << Math.min(attempt - 1, MOST_DOUBLINGS));
    return wait.compareTo(backoffLimit) > 0 ? backoffLimit : wait;
  }
}
