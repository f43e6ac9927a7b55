package io.bergview.settings;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * Where {@code serve} listens.
 *
 * @param address a name or an address of this machine
 * @param port 0 for any that is free
 * @param token what a request must show; needed for any address but the machine's own
 */
public record ListenSettings(String address, int port, Optional<String> token) {
  /** What a project without {@code serve.address} listens on: nobody else can reach it. */
  public static final String DEFAULT_ADDRESS = "127.0.0.1";

  /** The environment variable that has the token where the project does not say one. */
  public static final String TOKEN_VARIABLE = "BERGVIEW_TOKEN";

  public ListenSettings {
    requireNonNull(address, "address is null");
    requireNonNull(token, "token is null");
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("there is no port " + port + "; ports are 0 to 65535");
    }
  }

  /** Without the token. */
  @Override
  public String toString() {
    return address + ":" + port;
  }
}
