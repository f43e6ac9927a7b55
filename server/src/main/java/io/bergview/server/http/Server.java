package io.bergview.server.http;

import io.bergview.api.Bergview;
import io.bergview.errors.ConflictException;
import io.bergview.errors.ErrorCode;
import io.bergview.settings.ListenSettings;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.config.RoutesConfig;
import java.net.BindException;
import java.net.SocketException;
import java.time.Duration;
import java.util.function.Consumer;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** Answers requests over HTTP until it is closed. */
public final class Server implements AutoCloseable {
  /** Threads of connections, which must not block. */
  private static final int MOST_THREADS = 40;

  private static final int LEAST_THREADS = 4;

  /** So long running answers may go on once it closes. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /** So long what was cancelled may take to end; then its threads are interrupted. */
  private static final Duration LONGEST_CANCEL = Duration.ofSeconds(10);

  /** So long a catalog may take to say that it is there. */
  private static final Duration CATALOG_PATIENCE = Duration.ofSeconds(2);

  private final Javalin javalin;
  private final String address;
  private final Bergview bergview;
  private final Workers workers;
  private final Readiness readiness;

  private Server(
      Javalin javalin, String address, Bergview bergview, Workers workers, Readiness readiness) {
    this.javalin = javalin;
    this.address = address;
    this.bergview = bergview;
    this.workers = workers;
    this.readiness = readiness;
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
    return start(service, listen, new Workers(PATIENCE), routes -> {});
  }

  /**
   * @param more routes in addition to ours
   */
  static Server start(
      Service service, ListenSettings listen, Workers workers, Consumer<RoutesConfig> more) {
    Access access = Access.to(listen);
    Responses replies = new Responses(service.bergview().project().secrets());
    Readiness readiness =
        new Readiness(service.bergview(), service.upkeep(), service.clock(), CATALOG_PATIENCE);
    RequestDispatcher intake =
        new RequestDispatcher(access, new Probes(readiness), workers, new CoreResponses(replies));
    Javalin javalin =
        Javalin.create(
            config -> {
              configure(config);
              errors(config, new ServerErrors(replies));
              config.jetty.modifyServer(server -> server.insertHandler(intake));
              new Routes(service, replies).addTo(config.routes);
              more.accept(config.routes);
            });
    Server server = new Server(javalin, listen.address(), service.bergview(), workers, readiness);
    try {
      javalin.start(listen.address(), listen.port());
    } catch (RuntimeException e) {
      server.close();
      throw unavailable(listen, e);
    }
    return server;
  }

  private static void configure(JavalinConfig config) {
    config.startup.showJavalinBanner = false;
    config.startup.showOldJavalinVersionWarning = false;
    config.startup.startupWatcherEnabled = false;
    config.http.prefer405over404 = true;
    config.http.defaultContentType = "text/plain; charset=utf-8";
    config.jetty.threadPool = new QueuedThreadPool(MOST_THREADS, LEAST_THREADS);
    config.jetty.modifyServer(server -> server.setStopTimeout(PATIENCE.toMillis()));
    config.jetty.modifyHttpConfiguration(http -> http.setSendServerVersion(false));
  }

  private static void errors(JavalinConfig config, ServerErrors errors) {
    config.jetty.modifyServer(server -> server.setErrorHandler(errors));
    config.jetty.modifyServletContextHandler(context -> context.setErrorHandler(errors));
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

  /**
   * Takes no more requests, waits for those that are being answered, and stops to listen. Queries
   * and changes that go on for longer than the deadline are cancelled, and answered by that; so the
   * project that was served can no longer be used then.
   *
   * @param deadline how long it waits, at least two seconds
   */
  public void stop(Duration deadline) {
    if (!workers.finish(deadline.compareTo(PATIENCE) > 0 ? deadline : PATIENCE)) {
      bergview.cancel();
      workers.finish(LONGEST_CANCEL);
    }
    close();
  }

  @Override
  public void close() {
    workers.close();
    javalin.stop();
    readiness.close();
  }
}
