package io.bergview.server.http;

import io.bergview.catalog.ListenSettings;
import io.bergview.errors.ConflictException;
import io.bergview.errors.ErrorCode;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import java.net.BindException;
import java.net.SocketException;
import java.time.Duration;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** Answers requests over HTTP until it is closed. */
public final class Server implements AutoCloseable {
  private static final int MOST_THREADS = 40;
  private static final int LEAST_THREADS = 4;
  private static final long LARGEST_BODY = 1 << 20;

  /** So long running answers may go on once it closes. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final Javalin javalin;
  private final String address;

  private Server(Javalin javalin, String address) {
    this.javalin = javalin;
    this.address = address;
  }

  /**
   * Whether it may listen there.
   *
   * @throws io.bergview.errors.RefusedException {@code TOKEN_NEEDED}
   */
  public static void check(ListenSettings listen) {
    Access.to(listen);
  }

  /**
   * Begins to listen.
   *
   * @throws io.bergview.errors.RefusedException {@code TOKEN_NEEDED}
   * @throws ConflictException {@code ADDRESS_UNAVAILABLE} where the port is taken, or the address
   *     is none of this machine
   */
  public static Server start(Service service, ListenSettings listen) {
    Routes routes = new Routes(service, Access.to(listen));
    Javalin javalin =
        Javalin.create(
            config -> {
              configure(config);
              routes.addTo(config.routes);
            });
    try {
      javalin.start(listen.address(), listen.port());
    } catch (RuntimeException e) {
      javalin.stop();
      throw unavailable(listen, e);
    }
    return new Server(javalin, listen.address());
  }

  private static void configure(JavalinConfig config) {
    config.startup.showJavalinBanner = false;
    config.startup.showOldJavalinVersionWarning = false;
    config.startup.startupWatcherEnabled = false;
    config.http.maxRequestSize = LARGEST_BODY;
    config.http.prefer405over404 = true;
    config.http.defaultContentType = "text/plain; charset=utf-8";
    config.jetty.threadPool = new QueuedThreadPool(MOST_THREADS, LEAST_THREADS);
    config.jetty.modifyServer(server -> server.setStopTimeout(PATIENCE.toMillis()));
    config.jetty.modifyHttpConfiguration(http -> http.setSendServerVersion(false));
  }

  private static RuntimeException unavailable(ListenSettings listen, RuntimeException thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof BindException || cause instanceof SocketException) {
        return new ConflictException(
            ErrorCode.ADDRESS_UNAVAILABLE,
            "Cannot listen on %s: %s; choose another port with --port or serve.port, or 0 for any that is free"
                .formatted(listen, cause.getMessage()),
            thrown);
      }
    }
    return thrown;
  }

  /** Where it listens. */
  public String url() {
    String host = address.contains(":") ? "[" + address + "]" : address;
    return "http://" + host + ":" + javalin.port();
  }

  @Override
  public void close() {
    javalin.stop();
  }
}
