package io.bergview.server.http;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bergview.api.Bergview;
import io.bergview.upkeep.UpkeepControl;
import io.bergview.upkeep.UpkeepStatus;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.SupportsNamespaces;

/** Whether the service does its work: it keeps views fresh, and the catalogs answer. */
final class Readiness {
  /** So long an answer of the catalogs holds, however often somebody asks. */
  private static final Duration HOLDS = Duration.ofSeconds(5);

  private final Bergview bergview;
  private final UpkeepControl upkeep;
  private final Clock clock;
  private Instant asked = Instant.EPOCH;
  private Map<String, Boolean> answers = Map.of();

  Readiness(Bergview bergview, UpkeepControl upkeep, Clock clock) {
    this.bergview = requireNonNull(bergview, "bergview is null");
    this.upkeep = requireNonNull(upkeep, "upkeep is null");
    this.clock = requireNonNull(clock, "clock is null");
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

  State state() {
    UpkeepStatus status = upkeep.status();
    return new State(status.ready(), status.stopping(), catalogs());
  }

  private synchronized Map<String, Boolean> catalogs() {
    Instant now = clock.instant();
    if (asked.plus(HOLDS).isBefore(now)) {
      Map<String, Boolean> found = new TreeMap<>();
      bergview.project().catalogs().keySet().forEach(name -> found.put(name, answers(name)));
      answers = found;
      asked = now;
    }
    return answers;
  }

  private boolean answers(String name) {
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
}
