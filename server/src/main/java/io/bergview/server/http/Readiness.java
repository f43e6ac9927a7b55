package io.bergview.server.http;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bergview.api.Bergview;
import io.bergview.upkeep.DaemonThreads;
import io.bergview.upkeep.UpkeepControl;
import io.bergview.upkeep.UpkeepStatus;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.SupportsNamespaces;

/**
 * Readiness of the service: it keeps views fresh, and the catalogs respond. Each catalog is checked
 * on a thread of its own, once at a time; one that does not respond soon counts as unavailable.
 */
final class Readiness implements AutoCloseable {
  /** How long the result of a check is reused. */
  private static final Duration HOLDS = Duration.ofSeconds(5);

  private final Bergview bergview;
  private final UpkeepControl upkeep;
  private final Clock clock;
  private final Duration patience;
  private final ExecutorService threads;
  private final Map<String, CatalogCheck> queries = new HashMap<>();

  /** The check of a catalog, and when it started. */
  private record CatalogCheck(Instant asked, CompletableFuture<Boolean> answer) {}

  /**
   * @param patience how long a catalog may take to answer
   */
  Readiness(Bergview bergview, UpkeepControl upkeep, Clock clock, Duration patience) {
    this.bergview = requireNonNull(bergview, "bergview is null");
    this.upkeep = requireNonNull(upkeep, "upkeep is null");
    this.clock = requireNonNull(clock, "clock is null");
    this.patience = requireNonNull(patience, "patience is null");
    this.threads = Executors.newCachedThreadPool(new DaemonThreads("bergview-ready"));
  }

  /**
   * @param catalogs which of them answer
   */
  record State(boolean started, boolean stopping, Map<String, Boolean> catalogs) {
    boolean ready() {
      return started && !stopping && catalogs.values().stream().allMatch(answers -> answers);
    }

    ObjectNode toJson() {
      ObjectNode json = JsonNodeFactory.instance.objectNode();
      json.put("ready", ready());
      json.put("started", started);
      json.put("stopping", stopping);
      ObjectNode answering = json.putObject("catalogs");
      catalogs.forEach(answering::put);
      return json;
    }
  }

  /** Returns at once; the state is known when the catalogs have answered, or their time is over. */
  CompletableFuture<State> state() {
    UpkeepStatus status = upkeep.status();
    Map<String, CompletableFuture<Boolean>> asked = new TreeMap<>();
    bergview.project().catalogs().keySet().forEach(name -> asked.put(name, answers(name)));
    return CompletableFuture.allOf(asked.values().toArray(CompletableFuture<?>[]::new))
        .thenApply(
            all -> {
              Map<String, Boolean> catalogs = new TreeMap<>();
              asked.forEach((name, answer) -> catalogs.put(name, answer.join()));
              return new State(status.ready(), status.stopping(), catalogs);
            });
  }

  /** Within what is left of the catalog's time. */
  private CompletableFuture<Boolean> answers(String name) {
    CatalogCheck query = query(name);
    Duration left = patience.minus(Duration.between(query.asked(), clock.instant()));
    return query
        .answer()
        .copy()
        .completeOnTimeout(false, Math.max(0, left.toMillis()), TimeUnit.MILLISECONDS);
  }

  private synchronized CatalogCheck query(String name) {
    Instant now = clock.instant();
    CatalogCheck known = queries.get(name);
    if (known != null && (!known.answer().isDone() || known.asked().plus(HOLDS).isAfter(now))) {
      return known;
    }
    CatalogCheck query =
        new CatalogCheck(now, CompletableFuture.supplyAsync(() -> check(name), threads));
    queries.put(name, query);
    return query;
  }

  private boolean check(String name) {
    try {
      Catalog catalog = bergview.catalog(name);
      if (catalog instanceof SupportsNamespaces namespaces) {
        namespaces.listNamespaces();
      }
      return true;
    } catch (RuntimeException e) {
      return false;
    }
  }

  /** Does not wait for running checks of catalogs. */
  @Override
  public void close() {
    threads.shutdownNow();
  }
}
