package io.bergview.catalog;

import io.bergview.errors.BergviewException;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.StorageException;
import io.bergview.errors.StorageRefusal;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.iceberg.exceptions.ForbiddenException;
import org.apache.iceberg.exceptions.NotAuthorizedException;
import org.apache.iceberg.exceptions.RESTException;
import org.apache.iceberg.jdbc.UncheckedSQLException;

/** Classifies the failure of another system, and describes it without secrets. */
public final class Failures {
  /** Denials of Hadoop, AWS and others, whose classes need not be on the class path. */
  private static final Set<String> DENIALS =
      Set.of("AccessControlException", "AccessDeniedException", "AuthorizationException");

  /** What the client of a Hive metastore throws, whose classes need not be there either. */
  private static final Set<String> UNREACHABLE = Set.of("TTransportException");

  /** How messages of that client begin that name another exception instead of having a cause. */
  private static final Pattern UNREACHED_METASTORE =
      Pattern.compile(
          "Could not connect to meta store|Got exception: org\\.apache\\.thrift\\.transport\\.");

  /** Where a message goes on with the stack trace of a cause, as those of Hive's client do. */
  private static final Pattern STACK_TRACE = Pattern.compile("\\R\\s*at .*", Pattern.DOTALL);

  private Failures() {}

  /**
   * @param doing what was tried, to follow "Cannot": {@code "read table shop.orders"}
   * @param where the catalog's URI or the location, as it stands in the settings
   */
  public static BergviewException translate(
      RuntimeException failure, String doing, String where, Secrets secrets) {
    return translate(failure, doing, where, Duration.ZERO, secrets);
  }

  /**
   * As {@link #translate(RuntimeException, String, String, Secrets)}.
   *
   * @param tried how long; an error names whole seconds
   */
  static BergviewException translate(
      RuntimeException failure, String doing, String where, Duration tried, Secrets secrets) {
    if (failure instanceof BergviewException ours) {
      return ours;
    }
    ErrorCode code = code(failure);
    String why =
        switch (code) {
          case ACCESS_DENIED -> "permission denied";
          case CATALOG_UNREACHABLE ->
              "the catalog cannot be reached"
                  + (tried.toSeconds() == 0 ? "" : ", tried for %d s".formatted(tried.toSeconds()));
          default -> "it failed";
        };
    return new StorageException(
        code,
        secrets.mask("Cannot %s at %s: %s (%s)".formatted(doing, where, why, rootMessage(failure))),
        secrets.mask(failure));
  }

  private static ErrorCode code(Throwable failure) {
    Optional<StorageRefusal> refusal = StorageRefusal.of(failure);
    if (refusal.isPresent()) {
      return refusal.get().code();
    }
    List<Throwable> chain = Stream.iterate(failure, Objects::nonNull, Throwable::getCause).toList();
    if (chain.stream().anyMatch(Failures::isDenial)) {
      return ErrorCode.ACCESS_DENIED;
    }
    return chain.stream().anyMatch(Failures::isUnreachable)
        ? ErrorCode.CATALOG_UNREACHABLE
        : ErrorCode.STORAGE_FAILED;
  }

  private static boolean isDenial(Throwable link) {
    return link instanceof ForbiddenException
        || link instanceof NotAuthorizedException
        || DENIALS.contains(link.getClass().getSimpleName())
        || (link instanceof SQLException sql && deniesAccess(sql));
  }

  private static boolean isUnreachable(Throwable link) {
    return link instanceof ConnectException
        || link instanceof UnknownHostException
        || link instanceof NoRouteToHostException
        || link instanceof SocketTimeoutException
        || link instanceof SQLException
        || link instanceof UncheckedSQLException
        || link instanceof RESTException
        || UNREACHABLE.contains(link.getClass().getSimpleName())
        || (link.getClass().getSimpleName().equals("MetaException")
            && UNREACHED_METASTORE.matcher(String.valueOf(link.getMessage())).lookingAt());
  }

  /** By the SQL standard's classes: 28 is a wrong user or password, 42501 a missing privilege. */
  private static boolean deniesAccess(SQLException failure) {
    String state = failure.getSQLState();
    return state != null && (state.startsWith("28") || state.equals("42501"));
  }

  private static String rootMessage(Throwable failure) {
    Optional<StorageRefusal> refusal = StorageRefusal.of(failure);
    if (refusal.isPresent()) {
      return refusal.get().text();
    }
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    if (isOfContents(root)) {
      return "what is stored there is not as it should be";
    }
    return root.getMessage() == null
        ? root.getClass().getSimpleName()
        : STACK_TRACE.matcher(root.getMessage()).replaceFirst("");
  }

  /** What readers of damaged files end in, and says nothing to a user. */
  private static boolean isOfContents(Throwable root) {
    return root instanceof NullPointerException
        || root instanceof ClassCastException
        || root instanceof IndexOutOfBoundsException
        || root instanceof NegativeArraySizeException;
  }
}
