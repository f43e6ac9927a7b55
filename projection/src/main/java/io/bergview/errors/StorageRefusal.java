package io.bergview.errors;

import static java.util.Objects.requireNonNull;

import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;

/**
 * What has kept a storage from answering: an exception of the AWS SDK, which need not be on the
 * class path, or a connection that broke. It says nothing of the files there.
 *
 * @param code {@code ACCESS_DENIED} or {@code STORAGE_FAILED}
 * @param text what happened, and what to do
 */
public record StorageRefusal(ErrorCode code, String text) {
  private static final String SDK = "software.amazon.awssdk.";
  private static final String NO_CREDENTIALS = "Unable to load credentials";

  private static final String DENIED_BY_HADOOP = "AccessControlException";

  /** Of HTTP clients, whose classes need not be on the class path either. */
  private static final Set<String> BROKEN =
      Set.of(
          "ConnectionClosedException",
          "NoHttpResponseException",
          "TruncatedChunkException",
          "MalformedChunkCodingException");

  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;

  public StorageRefusal {
    requireNonNull(code, "code is null");
    requireNonNull(text, "text is null");
  }

  /** Empty where no object store is among the causes. */
  public static Optional<StorageRefusal> of(Throwable failure) {
    return chain(failure).filter(StorageRefusal::isOfSdk).findFirst().map(StorageRefusal::said);
  }

  /** As {@link #of}, of reading a file: a connection that broke in the middle counts, too. */
  public static Optional<StorageRefusal> ofReading(Throwable failure) {
    return of(failure)
        .or(
            () ->
                chain(failure)
                    .filter(StorageRefusal::isBroken)
                    .findFirst()
                    .map(
                        link ->
                            new StorageRefusal(
                                ErrorCode.STORAGE_FAILED,
                                "the connection to the storage broke off (%s); try again"
                                    .formatted(link.getMessage()))));
  }

  /**
   * Whether it is of no use to try again at once: a storage that could not be reached or denies
   * access, and all that the SDK reports, since it has tried several times itself.
   */
  public static boolean isSettled(Throwable failure) {
    return chain(failure)
        .anyMatch(
            link ->
                isOfSdk(link)
                    || link instanceof ConnectException
                    || link instanceof UnknownHostException
                    || link instanceof NoRouteToHostException
                    || link.getClass().getSimpleName().equals(DENIED_BY_HADOOP));
  }

  private static boolean isBroken(Throwable link) {
    return link instanceof SocketException
        || link instanceof SocketTimeoutException
        || link instanceof UnknownHostException
        || link instanceof SSLException
        || BROKEN.contains(link.getClass().getSimpleName());
  }

  private static Stream<Throwable> chain(Throwable failure) {
    return Stream.iterate(failure, Objects::nonNull, Throwable::getCause).limit(100);
  }

  private static boolean isOfSdk(Throwable link) {
    return Stream.<Class<?>>iterate(
            link.getClass(), Objects::nonNull, type -> (Class<?>) type.getSuperclass())
        .anyMatch(type -> type.getName().startsWith(SDK));
  }

  private static StorageRefusal said(Throwable failure) {
    String message = String.valueOf(failure.getMessage());
    int status = status(failure);
    if (status == UNAUTHORIZED || status == FORBIDDEN) {
      return new StorageRefusal(
          ErrorCode.ACCESS_DENIED,
          "the storage refuses access: " + message + "; check the credentials and their rights");
    }
    if (message.startsWith(NO_CREDENTIALS)) {
      return new StorageRefusal(
          ErrorCode.ACCESS_DENIED,
          "there are no credentials for the storage; set s3.access-key-id and s3.secret-access-key"
              + " of the catalog, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a profile or"
              + " role that the AWS SDK finds");
    }
    return new StorageRefusal(
        ErrorCode.STORAGE_FAILED,
        status == 0
            ? "the storage cannot be reached: " + root(failure)
            : "the storage failed: " + message);
  }

  /** 0 for what has not come from the store. */
  private static int status(Throwable failure) {
    try {
      return (Integer) failure.getClass().getMethod("statusCode").invoke(failure);
    } catch (ReflectiveOperationException | ClassCastException ofTheClient) {
      return 0;
    }
  }

  private static String root(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
  }
}
