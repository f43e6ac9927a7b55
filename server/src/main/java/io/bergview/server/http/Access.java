package io.bergview.server.http;

import static java.util.Objects.requireNonNull;

import io.bergview.errors.ErrorCode;
import io.bergview.errors.NotFoundException;
import io.bergview.errors.RefusedException;
import io.bergview.errors.StorageException;
import io.bergview.projection.text.Sha256;
import io.bergview.settings.ListenSettings;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Access control of requests.
 *
 * <p>If there is a token, requests must have it. Without one the service listens only on an address
 * of this machine, where every local user has access. That would admit any page in a browser on
 * this machine whose own name resolves to 127.0.0.1 (DNS rebinding): such a request has the page's
 * host, so only requests whose host is this machine are answered. A cross-origin request that a
 * browser sends without a preflight is never JSON, and only JSON is accepted.
 */
final class Access {
  private static final int SHORTEST_TOKEN = 16;
  private static final Set<String> OWN_NAMES = Set.of("localhost", "127.0.0.1", "[::1]");
  private static final String SCHEME = "Bearer ";

  private final ListenSettings listen;

  private Access(ListenSettings listen) {
    this.listen = requireNonNull(listen, "listen is null");
  }

  /**
   * @throws RefusedException {@code TOKEN_NEEDED} if other machines can reach the address and there
   *     is no token, or if the token is too short
   * @throws StorageException {@code ADDRESS_UNAVAILABLE} if there is no such address
   */
  static Access to(ListenSettings listen) {
    Optional<String> token = listen.token();
    if (token.isEmpty() && !isOwn(listen.address())) {
      throw new RefusedException(
          ErrorCode.TOKEN_NEEDED,
          "Others can reach %s, so a token is needed: set %s, or serve.token in bergview.yaml; or listen on %s"
              .formatted(
                  listen.address(), ListenSettings.TOKEN_VARIABLE, ListenSettings.DEFAULT_ADDRESS));
    }
    if (token.isPresent() && token.get().length() < SHORTEST_TOKEN) {
      throw new RefusedException(
          ErrorCode.TOKEN_NEEDED,
          "The token is too short: it needs at least %d characters, such as 'openssl rand -hex 32' prints"
              .formatted(SHORTEST_TOKEN));
    }
    return new Access(listen);
  }

  private static boolean isOwn(String address) {
    try {
      return InetAddress.getByName(address).isLoopbackAddress();
    } catch (UnknownHostException e) {
      throw new StorageException(
          ErrorCode.ADDRESS_UNAVAILABLE,
          "There is no address '%s'; serve.address or --address names one of this machine"
              .formatted(address),
          e);
    }
  }

  /**
   * @param open whether no token is required
   * @param host the header
   * @param authorization the header
   * @throws RefusedException {@code TOKEN_NEEDED}, {@code HOST_REFUSED}
   */
  void check(boolean open, @Nullable String host, @Nullable String authorization) {
    Optional<String> token = listen.token();
    if (token.isEmpty()) {
      checkHost(host);
    } else if (!open && !shows(token.get(), authorization)) {
      throw new RefusedException(
          ErrorCode.TOKEN_NEEDED,
          "This needs the token of the service: send it as 'Authorization: Bearer TOKEN'");
    }
  }

  /** Digests have equal lengths, so that comparisons take constant time. */
  private static boolean shows(String token, @Nullable String authorization) {
    return authorization != null
        && authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
        && MessageDigest.isEqual(
            Sha256.of(authorization.substring(SCHEME.length()).strip()), Sha256.of(token));
  }

  private void checkHost(@Nullable String host) {
    String name = host == null ? "" : withoutPort(host);
    if (!OWN_NAMES.contains(name) && !name.equals(listen.address().toLowerCase(Locale.ROOT))) {
      throw new RefusedException(
          ErrorCode.HOST_REFUSED,
          "Without a token only requests to this machine by its own name are answered (localhost, 127.0.0.1), not to '%s'"
              .formatted(name));
    }
  }

  private static String withoutPort(String host) {
    try {
      String name = URI.create("http://" + host).getHost();
      return name == null ? "" : name.toLowerCase(Locale.ROOT);
    } catch (IllegalArgumentException e) {
      return "";
    }
  }

  /** That there is nothing at a path. */
  static NotFoundException nothingAt(String method, String path) {
    return new NotFoundException(
        ErrorCode.PATH_NOT_FOUND,
        "There is nothing for %s at %s; docs/serving.md has the paths".formatted(method, path));
  }
}
