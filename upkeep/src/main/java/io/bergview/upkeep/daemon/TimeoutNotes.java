package io.bergview.upkeep.daemon;

import io.bergview.errors.ErrorCode;
import io.bergview.history.FailureJournal;
import io.bergview.history.RefreshFailure;
import io.bergview.upkeep.UpkeepEvent;
import io.bergview.upkeep.UpkeepListener;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Records refreshes that timed out in the journal. A cancelled refresh records nothing itself,
 * since it cannot distinguish a timeout from the end of the process, which is not a failure.
 */
final class TimeoutNotes implements UpkeepListener {
  private final FailureJournal journal;
  private final Map<UUID, Instant> began = new ConcurrentHashMap<>();

  TimeoutNotes(FailureJournal journal) {
    this.journal = journal;
  }

  @Override
  public void on(UpkeepEvent event) {
    if (event instanceof UpkeepEvent.Started started) {
      began.put(started.run(), started.at());
    } else if (event instanceof UpkeepEvent.Completed completed) {
      began.remove(completed.run());
    } else if (event instanceof UpkeepEvent.Failed failed) {
      Instant since = Optional.ofNullable(began.remove(failed.run())).orElse(failed.at());
      if (failed.error().code() == ErrorCode.REFRESH_TIMEOUT) {
        note(failed, since);
      }
    }
  }

  private void note(UpkeepEvent.Failed failed, Instant since) {
    journal.add(
        new RefreshFailure(
            failed.at(),
            failed.view(),
            Optional.empty(),
            failed.error().code().name(),
            String.valueOf(failed.error().getMessage()),
            Optional.empty(),
            Duration.between(since, failed.at()),
            ProcessHandle.current().pid()));
  }
}
