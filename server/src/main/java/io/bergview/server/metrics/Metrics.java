package io.bergview.server.metrics;

import static java.util.Objects.requireNonNull;

import io.bergview.errors.ErrorCode;
import io.bergview.refresh.RefreshKind;
import io.bergview.refresh.RefreshResult;
import io.bergview.staleness.ViewStates;
import io.bergview.upkeep.RefreshTrigger;
import io.bergview.upkeep.UpkeepControl;
import io.bergview.upkeep.UpkeepEvent;
import io.bergview.upkeep.UpkeepListener;
import io.bergview.upkeep.UpkeepStatus;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;

/** The metrics of the service. docs/serving.md has the names. */
public final class Metrics implements UpkeepListener, AutoCloseable {
  /** How many views have figures of their own. */
  private static final int MOST_VIEWS = 1_000;

  private static final Duration[] BUCKETS = {
    Duration.ofMillis(5),
    Duration.ofMillis(10),
    Duration.ofMillis(20),
    Duration.ofMillis(40),
    Duration.ofMillis(60),
    Duration.ofMillis(100),
    Duration.ofMillis(250),
    Duration.ofSeconds(1),
    Duration.ofSeconds(5),
    Duration.ofSeconds(30),
    Duration.ofMinutes(2),
    Duration.ofMinutes(10),
    Duration.ofHours(1)
  };

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final ViewLabels labels = new ViewLabels(MOST_VIEWS);
  private final ViewGauges gauges;
  private final JvmGcMetrics garbage = new JvmGcMetrics();

  /** Held here, since a counter references its source weakly. */
  private LongSupplier fallenBack = () -> 0;

  /** Figures that begin at zero. */
  public Metrics(Clock clock) {
    this.gauges = new ViewGauges(registry, labels, requireNonNull(clock, "clock is null"));
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    garbage.bindTo(registry);
  }

  /** Reads the gauges of upkeep on each scrape. */
  public void watch(UpkeepControl upkeep) {
    gauge("bergview.queue.length", "Refreshes that wait", upkeep, s -> s.waiting().size());
    gauge("bergview.refreshes.running", "Refreshes that run", upkeep, s -> s.running().size());
    gauge("bergview.views.paused", "Views that are paused", upkeep, s -> s.paused().size());
    gauge(
        "bergview.views.given.up",
        "Views whose last refresh was given up",
        upkeep,
        s -> s.givenUp().size());
    gauge(
        "bergview.views.behind.upstream",
        "Views whose last refresh was skipped because their upstream views are stale",
        upkeep,
        s -> s.behindUpstream().size());
    gauge(
        "bergview.watched.tables",
        "Tables that are watched for commits",
        upkeep,
        s -> s.watch().tables());
    counter("bergview.watch.polls", "Polls of catalogs", upkeep, s -> s.watch().polls());
    counter(
        "bergview.watch.poll.failures",
        "Failed polls of a catalog",
        upkeep,
        s -> s.watch().failedPolls());
  }

  /**
   * Shows how many queries a view could not answer since a file of it is lost.
   *
   * @param counted how many so far
   */
  public void watchQueries(LongSupplier counted) {
    fallenBack = counted;
    FunctionCounter.builder(
            "bergview.find.fallbacks", this, metrics -> metrics.fallenBack.getAsLong())
        .description("Queries that fell back from a view with a lost file")
        .register(registry);
  }

  private void gauge(
      String name, String help, UpkeepControl upkeep, ToDoubleFunction<UpkeepStatus> value) {
    Gauge.builder(name, upkeep, asked -> value.applyAsDouble(asked.status()))
        .description(help)
        .register(registry);
  }

  private void counter(
      String name, String help, UpkeepControl upkeep, ToDoubleFunction<UpkeepStatus> value) {
    FunctionCounter.builder(name, upkeep, asked -> value.applyAsDouble(asked.status()))
        .description(help)
        .register(registry);
  }

  /** How the views stand. */
  public void saw(ViewStates states) {
    gauges.saw(states);
  }

  @Override
  public void on(UpkeepEvent event) {
    if (event instanceof UpkeepEvent.Started started) {
      began(started);
    } else if (event instanceof UpkeepEvent.Completed completed) {
      completed(completed);
    } else if (event instanceof UpkeepEvent.Failed failed) {
      failed(failed);
    } else if (event instanceof UpkeepEvent.TicksMissed missed) {
      add(
          "bergview.ticks.missed",
          "Missed ticks of schedules",
          label(missed),
          missed.ticks().count());
    }
  }

  private void began(UpkeepEvent.Started started) {
    if (started.attempt() > 1) {
      count("bergview.refresh.retries", "Attempts after one that failed", "view", label(started));
    }
    timer(
            "bergview.refresh.wait",
            "Time from submission to start",
            "occasion",
            started.trigger().label())
        .record(started.waited());
  }

  private void completed(UpkeepEvent.Completed completed) {
    RefreshResult result = completed.result();
    String view = label(completed);
    String kind = result.kind().label();
    count(
        "bergview.refreshes",
        "Refreshes that succeeded",
        "view",
        view,
        "kind",
        kind,
        "reason",
        result.reason());
    timer("bergview.refresh.duration", "How long refreshes took", "kind", kind)
        .record(Duration.ofMillis(result.durationMs()));
    add("bergview.rows.added", "Rows written", view, result.rowsAdded());
    add("bergview.rows.removed", "Rows deleted or replaced", view, result.rowsRemoved());
    add("bergview.bytes.written", "Bytes of data and delete files", view, result.bytesWritten());
    if (result.kind() != RefreshKind.SKIP
        && completed.trigger() instanceof RefreshTrigger.SourceChange change) {
      timer("bergview.change.lag", "From the source's commit to the view's")
          .record(Duration.between(change.committed(), completed.at()));
    }
    if (!result.leftBehind()) {
      gauges.refreshed(completed.view());
    }
  }

  private void failed(UpkeepEvent.Failed failed) {
    ErrorCode code = failed.error().code();
    count(
        "bergview.refresh.failures",
        "Attempts that failed",
        "view",
        label(failed),
        "code",
        code.name(),
        "outcome",
        outcome(failed));
    if (code == ErrorCode.COMMIT_CONFLICT || code == ErrorCode.COMMIT_STATE_UNKNOWN) {
      count(
          "bergview.refresh.conflicts",
          "Attempts that lost to a concurrent commit",
          "view",
          label(failed));
    }
  }

  private static String outcome(UpkeepEvent.Failed failed) {
    if (failed.error().code() == ErrorCode.CANCELLED) {
      return "cancelled";
    }
    return failed.retryAt().isPresent() ? "retry" : "given_up";
  }

  /** An OpenLineage event was sent, could not be sent, or was left out. */
  public void lineageEvent(String outcome) {
    count("bergview.lineage.events", "OpenLineage events", "outcome", outcome);
  }

  /** A hook was run, failed, or was left out. */
  public void hookRun(String trigger, String outcome) {
    count("bergview.hook.runs", "Runs of hooks", "trigger", trigger, "outcome", outcome);
  }

  private String label(UpkeepEvent event) {
    return labels.of(event.view());
  }

  private void count(String name, String help, String... tags) {
    Counter.builder(name).description(help).tags(tags).register(registry).increment();
  }

  private void add(String name, String help, String view, long amount) {
    Counter.builder(name).description(help).tags("view", view).register(registry).increment(amount);
  }

  private Timer timer(String name, String help, String... tags) {
    return Timer.builder(name)
        .description(help)
        .tags(tags)
        .serviceLevelObjectives(BUCKETS)
        .register(registry);
  }

  /** All of it, in Prometheus's text format. */
  public String scrape() {
    return registry.scrape();
  }

  @Override
  public void close() {
    garbage.close();
    registry.close();
  }
}
