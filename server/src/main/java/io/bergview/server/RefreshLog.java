package io.bergview.server;

import static java.util.Objects.requireNonNull;

import io.bergview.errors.ErrorCode;
import io.bergview.refresh.RefreshResult;
import io.bergview.upkeep.UpkeepEvent;
import io.bergview.upkeep.UpkeepListener;
import java.time.Instant;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * One line for each refresh that begins, and one for each that succeeds, also where it had nothing
 * to do, fails or is cancelled, with its figures as key-value pairs.
 */
final class RefreshLog implements UpkeepListener {
  private static final Logger LOG = LoggerFactory.getLogger(RefreshLog.class);

  private final UnaryOperator<String> mask;

  RefreshLog(UnaryOperator<String> mask) {
    this.mask = requireNonNull(mask, "mask is null");
  }

  @Override
  public void on(UpkeepEvent event) {
    if (event instanceof UpkeepEvent.Started started) {
      line(Level.INFO, started)
          .addKeyValue("occasion", started.trigger().label())
          .addKeyValue("run", started.run())
          .addKeyValue("attempt", started.attempt())
          .addKeyValue("waitedMs", started.waited().toMillis())
          .log("refresh begins");
    } else if (event instanceof UpkeepEvent.Completed completed) {
      completed(completed);
    } else if (event instanceof UpkeepEvent.Failed failed) {
      failed(failed);
    } else if (event instanceof UpkeepEvent.TicksMissed missed) {
      line(Level.WARN, missed)
          .addKeyValue("first", missed.ticks().first())
          .addKeyValue("last", missed.ticks().last())
          .addKeyValue("ticks", missed.ticks().count())
          .addKeyValue("caughtUp", missed.caughtUp())
          .log("ticks missed");
    }
  }

  private void completed(UpkeepEvent.Completed completed) {
    RefreshResult result = completed.result();
    LoggingEventBuilder line =
        line(Level.INFO, completed)
            .addKeyValue("occasion", completed.trigger().label())
            .addKeyValue("run", completed.run())
            .addKeyValue("attempt", completed.attempt())
            .addKeyValue("kind", result.kind().label())
            .addKeyValue("reason", result.reason())
            .addKeyValue("snapshotId", result.snapshotId())
            .addKeyValue("rowsAdded", result.rowsAdded())
            .addKeyValue("rowsRemoved", result.rowsRemoved())
            .addKeyValue("bytesWritten", result.bytesWritten())
            .addKeyValue("durationMs", result.durationMs());
    if (result.leftBehind()) {
      line = line.addKeyValue("message", mask.apply(result.message()));
    }
    line.log("refresh succeeded");
  }

  private void failed(UpkeepEvent.Failed failed) {
    if (failed.error().code() == ErrorCode.CANCELLED) {
      line(Level.WARN, failed)
          .addKeyValue("occasion", failed.trigger().label())
          .addKeyValue("run", failed.run())
          .addKeyValue("attempt", failed.attempt())
          .log("refresh cancelled");
      return;
    }
    boolean givenUp = failed.retryAt().isEmpty();
    line(givenUp ? Level.ERROR : Level.WARN, failed)
        .addKeyValue("occasion", failed.trigger().label())
        .addKeyValue("run", failed.run())
        .addKeyValue("attempt", failed.attempt())
        .addKeyValue("code", failed.error().code())
        .addKeyValue("retryAt", failed.retryAt().map(Instant::toString).orElse("never"))
        .addKeyValue("message", mask.apply(String.valueOf(failed.error().getMessage())))
        .log(givenUp ? "refresh given up" : "refresh failed");
  }

  private static LoggingEventBuilder line(Level level, UpkeepEvent event) {
    return LOG.atLevel(level).addKeyValue("view", event.view());
  }
}
