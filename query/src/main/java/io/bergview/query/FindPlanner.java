package io.bergview.query;

import static java.util.Objects.requireNonNull;

import io.bergview.catalog.view.RegisteredView;
import io.bergview.query.AnswerOrigin.By;
import io.bergview.staleness.Staleness;
import io.bergview.staleness.ViewState;
import java.util.Optional;

/**
 * Chooses who answers a question. A view answers for itself while it is fresh or within its grace
 * period, when it must ({@code staleOk}), and of the past; else its definition is asked over the
 * sources. A view that appends always does: its sources do not know its batches. An entity type is
 * answered by its tables.
 */
final class FindPlanner {
  private final Staleness staleness;

  FindPlanner(Staleness staleness) {
    this.staleness = staleness;
  }

  /**
   * Who answers.
   *
   * @param state of the view that was asked, as it was looked at for the choice
   */
  record Choice(By by, Optional<ViewState> state) {
    Choice {
      requireNonNull(by, "by is null");
      requireNonNull(state, "state is null");
    }
  }

  /**
   * @param asked the view of the question's name; empty for an entity type
   */
  Choice choose(FindQuery query, Optional<RegisteredView> asked, Tolerance tolerance) {
    if (asked.isEmpty()) {
      return new Choice(By.SOURCES, Optional.empty());
    }
    if (query.asOf().isPresent()) {
      return new Choice(By.VIEW, Optional.empty());
    }
    ViewState state = staleness.state(asked.get());
    boolean appends = asked.get().definition().view().refresh().appends();
    boolean itself = appends || query.staleOk() || tolerance.allows(state);
    return new Choice(itself ? By.VIEW : By.SOURCES, Optional.of(state));
  }
}
