package io.bergview.refresh.run;

import io.bergview.catalog.view.RegisteredView;
import io.bergview.catalog.view.ViewListing;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.Failure;
import io.bergview.history.FailureJournal;
import io.bergview.history.RefreshFailure;
import io.bergview.pipeline.context.ProjectContext;
import io.bergview.refresh.RefreshKind;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What the journal is to know of the failures of one request. */
final class FailureNotes {
  private final FailureJournal journal;
  private final Clock clock;
  private final Map<String, Instant> began = new HashMap<>();
  private final Map<String, String> tables = new HashMap<>();
  private final Map<String, RefreshKind> tried = new HashMap<>();

  FailureNotes(ProjectContext context) {
    this.journal = new FailureJournal(context.project());
    this.clock = context.clock();
  }

  /** Work on a view begins, perhaps not for the first time. */
  void begin(RegisteredView view) {
    began.putIfAbsent(view.name(), clock.instant());
    tables.put(view.name(), view.table().uuid().toString());
  }

  void tried(String view, RefreshKind kind) {
    tried.put(view, kind);
  }

  /** A cancelled refresh has not failed. */
  void write(String view, Throwable error) {
    if (Failure.of(error).code() == ErrorCode.CANCELLED) {
      return;
    }
    Instant now = clock.instant();
    journal.add(
        new RefreshFailure(
            now,
            view,
            Optional.ofNullable(tables.get(view)),
            Failure.of(error).code().name(),
            String.valueOf(error.getMessage()),
            Optional.ofNullable(tried.get(view)).map(RefreshKind::label),
            Duration.between(began.getOrDefault(view, now), now),
            ProcessHandle.current().pid()));
  }

  /** A name that is not a view's has no history. */
  void write(ViewListing.Unreadable broken) {
    broken.view().ifPresent(view -> write(view, broken.error()));
  }
}
