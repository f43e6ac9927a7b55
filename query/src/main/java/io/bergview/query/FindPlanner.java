package io.bergview.query;

import static java.util.Objects.requireNonNull;

import io.bergview.catalog.view.RegisteredView;
import io.bergview.query.ResultOrigin.AnsweredBy;
import io.bergview.staleness.Staleness;
import io.bergview.staleness.ViewState;
import java.util.Optional;

/**
 * Chooses the view or the tables that answer a query. A view answers for itself while it is fresh
 * or within its grace period, when it must ({@code staleOk}), and of the past; else its definition
 * is asked over the sources. A view that appends always does: its sources do not know its batches.
 * An entity type is answered by its tables.
 */
final class FindPlanner {
  private final Staleness staleness;

  FindPlanner(Staleness staleness) {
    this.staleness = staleness;
  }

  /**
   * Who answers.
   *
   * @param asked the view that was asked; empty for an entity type
   * @param state of that view, as it was looked at for the choice
   * @param insists whether only the view's own table will do: of the past, of batches, and where
   *     stale rows are asked for
   */
  record Choice(AnsweredBy by, Optional<String> asked, Optional<ViewState> state, boolean insists) {
    Choice {
      requireNonNull(by, "by is null");
      requireNonNull(asked, "asked is null");
      requireNonNull(state, "state is null");
    }

    /** Whether a view answers that nobody else may answer for, however it stands. */
    boolean itself(String view) {
      return by == AnsweredBy.VIEW && insists && asked.filter(view::equals).isPresent();
    }
  }

  /**
   * @param asked the view of the query's name; empty for an entity type
   */
  Choice choose(FindQuery query, Optional<RegisteredView> asked, Tolerance tolerance) {
    if (asked.isEmpty()) {
      return new Choice(AnsweredBy.SOURCES, Optional.empty(), Optional.empty(), false);
    }
    Optional<String> name = asked.map(RegisteredView::name);
    if (query.asOf().isPresent()) {
      return new Choice(AnsweredBy.VIEW, name, Optional.empty(), true);
    }
    ViewState state = staleness.state(asked.get());
    boolean appends = asked.get().definition().view().refresh().appends();
    boolean insists = appends || query.staleOk();
    boolean itself = insists || tolerance.allows(state);
    return new Choice(
        itself ? AnsweredBy.VIEW : AnsweredBy.SOURCES, name, Optional.of(state), insists);
  }
}
