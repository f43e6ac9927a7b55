package io.bergview.server;

import io.bergview.api.Bergview;
import io.bergview.server.events.LineageEvents;
import io.bergview.server.hooks.Hooks;
import io.bergview.server.http.Server;
import io.bergview.server.http.Service;
import io.bergview.server.metrics.Metrics;
import io.bergview.server.states.StatePoller;
import io.bergview.settings.ListenSettings;
import io.bergview.settings.ServeSettings;
import io.bergview.upkeep.EventPublisher;
import io.bergview.upkeep.UpkeepListener;
import io.bergview.upkeep.daemon.Upkeep;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A project that is served: its views are kept fresh, events are measured, logged and published,
 * and requests are answered, until it is stopped.
 */
public final class Serving implements AutoCloseable {
  /** The interval between two polls of the states of all views. */
  private static final Duration SCAN_PAUSE = Duration.ofSeconds(15);

  private final ServeSettings settings;
  private final Metrics metrics;
  private final Hooks hooks;
  private final Optional<LineageEvents> events;
  private final StatePoller scan;
  private final Upkeep upkeep;
  private @Nullable Server server;
  private boolean stopped;

  private Serving(Bergview bergview, Clock clock) {
    UnaryOperator<String> mask = bergview.project().secrets()::displayText;
    this.settings = bergview.project().serve();
    this.metrics = new Metrics(clock);
    this.events =
        settings
            .openLineage()
            .map(
                where ->
                    LineageEvents.to(
                        where, bergview::provenance, mask, metrics::lineageEvent, clock));
    this.hooks =
        new Hooks(
            bergview.project(),
            view -> bergview.provenance(view, -1).policy(),
            mask,
            metrics::hookRun,
            clock);
    this.scan =
        new StatePoller(
            bergview::listViews, bergview::getViewState, List.of(metrics::saw, hooks::saw), clock);
    List<UpkeepListener> listeners =
        new ArrayList<>(List.of(new RefreshLog(mask), metrics, hooks, scan));
    events.ifPresent(listeners::add);
    this.upkeep = bergview.startUpkeep(EventPublisher.to(listeners));
  }

  /**
   * Begins.
   *
   * @param listen empty for not at all
   * @throws io.bergview.errors.RefusedException {@code TOKEN_NEEDED}
   * @throws io.bergview.errors.ConflictException {@code ADDRESS_UNAVAILABLE}
   * @throws io.bergview.errors.UsageException {@code PROJECT_INVALID} where the OpenLineage client
   *     does not take its settings
   */
  public static Serving start(Bergview bergview, Clock clock, Optional<ListenSettings> listen) {
    listen.ifPresent(Server::check);
    Serving serving = new Serving(bergview, clock);
    serving.metrics.watch(serving.upkeep);
    serving.metrics.watchQueries(bergview::queriesFallenBack);
    serving.scan.start(SCAN_PAUSE);
    try {
      listen.ifPresent(
          where ->
              serving.server =
                  Server.start(
                      new Service(bergview, serving.upkeep, serving::scrape, serving.scan, clock),
                      where));
    } catch (RuntimeException e) {
      serving.stop(Duration.ZERO);
      throw e;
    }
    return serving;
  }

  /** Where it listens; empty where it does not. */
  public Optional<String> url() {
    return Optional.ofNullable(server).map(Server::url);
  }

  private String scrape() {
    scan.latest();
    return metrics.scrape();
  }

  /** Looks now at the state of all views, which happens every few seconds anyway. */
  public void look() {
    scan.look();
  }

  /**
   * Stops as the project's settings say: no refresh is begun any more, which {@code /ready} says;
   * the refreshes that run, and then the requests that are being answered, may finish until the
   * deadline and are cancelled then; the last events are sent.
   *
   * @return how many refreshes of the upkeep were cancelled
   */
  public int stop() {
    return stop(settings.stopTimeout());
  }

  private synchronized int stop(Duration deadline) {
    if (stopped) {
      return 0;
    }
    stopped = true;
    long began = System.nanoTime();
    int cancelled = upkeep.stop(deadline);
    scan.close();
    if (server != null) {
      server.stop(deadline.minusNanos(System.nanoTime() - began));
    }
    hooks.close();
    events.ifPresent(LineageEvents::close);
    metrics.close();
    return cancelled;
  }

  /** Stops at once. */
  @Override
  public void close() {
    stop(Duration.ZERO);
  }
}
