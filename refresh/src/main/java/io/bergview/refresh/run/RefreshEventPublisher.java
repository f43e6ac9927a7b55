package io.bergview.refresh.run;

import io.bergview.refresh.RefreshKind;
import io.bergview.refresh.RefreshListener;
import io.bergview.refresh.RefreshOutcome;
import io.bergview.refresh.RefreshResult;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Publishes the refresh events of one request to a listener, each once, however often its views are
 * processed: what was written at once; that there was nothing to do, or that it failed, when the
 * request is over, since another attempt may end otherwise.
 */
final class RefreshEventPublisher {
  private final RefreshListener listener;
  private final Set<String> begun = new LinkedHashSet<>();
  private final Set<String> ended = new LinkedHashSet<>();

  RefreshEventPublisher(RefreshListener listener) {
    this.listener = listener;
  }

  /** Work on a view begins, perhaps not for the first time. */
  void begin(String view) {
    if (!ended.contains(view)) {
      ensureBegun(view);
    }
  }

  private void ensureBegun(String view) {
    if (begun.add(view)) {
      listener.began(view);
    }
  }

  void result(RefreshResult result) {
    if (result.kind() != RefreshKind.SKIP) {
      end(result);
    }
  }

  private void end(RefreshResult result) {
    ensureBegun(result.view());
    begun.remove(result.view());
    ended.add(result.view());
    listener.done(result);
  }

  /** The request is over. */
  void outcome(RefreshOutcome outcome) {
    for (RefreshOutcome.Failure failure : outcome.failures()) {
      ensureBegun(failure.view());
      begun.remove(failure.view());
      listener.failed(failure.view(), failure.error());
    }
    outcome.done().stream().filter(result -> begun.contains(result.view())).forEach(this::end);
  }

  /** The request breaks off. */
  void broken(Throwable error) {
    begun.forEach(view -> listener.failed(view, error));
    begun.clear();
  }
}
