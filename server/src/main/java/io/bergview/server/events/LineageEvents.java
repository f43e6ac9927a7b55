package io.bergview.server.events;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.type.TypeReference;
import io.bergview.api.Bergview;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.UsageException;
import io.bergview.refresh.explain.ViewProvenance;
import io.bergview.server.states.BestEffortExecutor;
import io.bergview.settings.LineageEventSettings;
import io.bergview.upkeep.UpkeepEvent;
import io.bergview.upkeep.UpkeepListener;
import io.openlineage.client.OpenLineage.RunEvent;
import io.openlineage.client.OpenLineageClient;
import io.openlineage.client.OpenLineageClientException;
import io.openlineage.client.OpenLineageClientUtils;
import io.openlineage.client.OpenLineageConfig;
import io.openlineage.client.transports.FileConfig;
import io.openlineage.client.transports.Transport;
import io.openlineage.client.transports.TransportFactory;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the events of each refresh to an OpenLineage receiver: START, then COMPLETE, FAIL or ABORT;
 * RUNNING for an attempt that failed and will be tried again. Sending blocks no refresh and makes
 * none fail: events wait in a queue of limited length, and what finds it full, or what the receiver
 * does not take, is counted and lost.
 */
public final class LineageEvents implements UpkeepListener, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LineageEvents.class);
  private static final int MOST_WAITING = 10_000;
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration PATIENCE_OF_COMMAND = Duration.ofSeconds(2);

  /** Reads the provenance of a view for one of its snapshots; -1 for now. */
  @FunctionalInterface
  public interface Provenance {
    ViewProvenance of(String view, long snapshotId);
  }

  private final OpenLineageClient client;
  private final RunEvents events;
  private final Provenance provenance;
  private final Consumer<String> outcomes;
  private final BestEffortExecutor background;

  /** Whether it has been said that events are not sent. */
  private final AtomicBoolean silent = new AtomicBoolean();

  private LineageEvents(
      OpenLineageClient client,
      RunEvents events,
      Provenance provenance,
      Consumer<String> outcomes,
      Duration patience,
      Clock clock) {
    this.client = client;
    this.events = events;
    this.provenance = requireNonNull(provenance, "provenance is null");
    this.outcomes = requireNonNull(outcomes, "outcomes is null");
    this.background =
        new BestEffortExecutor(
            "OpenLineage events",
            1,
            MOST_WAITING,
            patience,
            clock,
            () -> outcomes.accept("dropped"));
  }

  /**
   * @param mask hides secrets in the messages of errors
   * @param outcomes is notified of each event {@code sent}, {@code failed} or {@code dropped}
   * @throws UsageException {@code PROJECT_INVALID} where the client does not take the settings
   */
  public static LineageEvents to(
      LineageEventSettings settings,
      Provenance provenance,
      UnaryOperator<String> mask,
      Consumer<String> outcomes,
      Clock clock) {
    return new LineageEvents(
        client(settings),
        new RunEvents(settings.namespace(), mask),
        provenance,
        outcomes,
        PATIENCE,
        clock);
  }

  /**
   * Events of the refreshes of an open project from now on, as configured; empty if none are
   * configured. Closing waits at most two seconds for events in flight.
   *
   * @throws UsageException {@code PROJECT_INVALID} if the client rejects the settings
   */
  public static Optional<LineageEvents> listenTo(Bergview bergview, Clock clock) {
    Optional<LineageEvents> events =
        bergview
            .project()
            .serve()
            .openLineage()
            .map(
                settings ->
                    new LineageEvents(
                        client(settings),
                        new RunEvents(
                            settings.namespace(), bergview.project().secrets()::displayText),
                        bergview::provenance,
                        outcome -> {},
                        PATIENCE_OF_COMMAND,
                        clock));
    events.ifPresent(bergview::onRefresh);
    return events;
  }

  private static OpenLineageClient client(LineageEventSettings settings) {
    byte[] config =
        OpenLineageClientUtils.toJson(Map.of("transport", settings.transport()))
            .getBytes(StandardCharsets.UTF_8);
    try {
      OpenLineageConfig<?> read =
          OpenLineageClientUtils.loadOpenLineageConfigJson(
              new ByteArrayInputStream(config), new Config());
      Transport transport =
          read.getTransportConfig() instanceof FileConfig file
              ? new EventFile(Path.of(file.getLocation()))
              : new TransportFactory(read.getTransportConfig()).build();
      return new OpenLineageClient(transport);
    } catch (RuntimeException e) {
      throw new UsageException(
          ErrorCode.PROJECT_INVALID,
          "serve.open-lineage.transport is not what the OpenLineage client takes for type %s: %s"
              .formatted(settings.transport().get("type"), reason(e)),
          e);
    }
  }

  private static final class Config extends TypeReference<OpenLineageConfig<?>> {}

  private static String reason(Throwable thrown) {
    Throwable cause = thrown;
    while (cause instanceof OpenLineageClientException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
  }

  @Override
  public void on(UpkeepEvent event) {
    boolean noRun = event instanceof UpkeepEvent.TicksMissed;
    if (noRun || event instanceof UpkeepEvent.Started started && started.attempt() > 1) {
      return;
    }
    background.submit(() -> send(event));
  }

  private void send(UpkeepEvent event) {
    try {
      RunEvent told = events.of(event, provenance(event));
      client.emit(told);
      outcomes.accept("sent");
      silent.set(false);
    } catch (RuntimeException e) {
      outcomes.accept("failed");
      if (!silent.getAndSet(true)) {
        LOG.warn(
            "An OpenLineage event of view {} was not sent: {}; further failures are not logged"
                + " until one is sent",
            event.view(),
            reason(e));
      }
      LOG.debug("It failed here", e);
    }
  }

  /** Of a view that cannot be read there is nothing to say. */
  private Optional<ViewProvenance> provenance(UpkeepEvent event) {
    long snapshot =
        event instanceof UpkeepEvent.Completed completed ? completed.result().snapshotId() : -1;
    try {
      return Optional.of(provenance.of(event.view(), snapshot));
    } catch (RuntimeException e) {
      LOG.debug("The provenance of view {} cannot be read", event.view(), e);
      return Optional.empty();
    }
  }

  /** Sends waiting events, within a few seconds. */
  @Override
  public void close() {
    int left = background.finish();
    if (left > 0 && !silent.getAndSet(true)) {
      LOG.warn("OpenLineage events: {} were not sent in time", left);
    }
    try {
      client.close();
    } catch (Exception e) {
      LOG.debug("The OpenLineage client did not close", e);
    }
  }
}
