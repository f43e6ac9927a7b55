package io.bergview.upkeep;

import static java.util.Objects.requireNonNull;

import io.bergview.catalog.view.ViewRegistry;
import io.bergview.errors.BergviewException;
import io.bergview.history.TickJournal;
import io.bergview.history.TicksMissed;
import io.bergview.pipeline.context.ProjectContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Records missed ticks in the journal, so that the history of a view shows them. */
public final class MissedTickNotes implements UpkeepListener {
  private static final Logger LOG = LoggerFactory.getLogger(MissedTickNotes.class);

  private final ViewRegistry registry;
  private final TickJournal journal;

  public MissedTickNotes(ProjectContext context) {
    requireNonNull(context, "context is null");
    this.registry = context.registry();
    this.journal = new TickJournal(context.project());
  }

  @Override
  public void on(UpkeepEvent event) {
    if (!(event instanceof UpkeepEvent.TicksMissed missed)) {
      return;
    }
    try {
      journal.add(
          new TicksMissed(
              missed.at(),
              missed.view(),
              registry.find(missed.view()).table().uuid().toString(),
              missed.ticks().first(),
              missed.ticks().last(),
              missed.ticks().count(),
              missed.caughtUp()));
    } catch (BergviewException unreadable) {
      LOG.debug("Missed ticks of view {} are not in its history", missed.view(), unreadable);
    }
  }
}
