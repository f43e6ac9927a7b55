package io.bergview.query;

import static java.util.Objects.requireNonNull;

import io.bergview.catalog.view.RegisteredView;
import io.bergview.query.ResultOrigin.AnsweredBy;
import io.bergview.staleness.Staleness;
import io.bergview.staleness.ViewState;
import java.util.Optional;

/**
 * Chooses the view or the tables that answer a query. A view answers for itself while it is fresh
 * or within its grace period, when it must ({@code staleOk}), and in the past; otherwise its
 * definition is run over the sources. A view that appends always does: its sources do not have its
 * batches. An entity type is answered by its tables.
 */
final class FindPlanner {
  private final Staleness staleness;

  FindPlanner(Staleness staleness) {
    this.staleness = staleness;
  }

  /**
   * What answers.
   *
   * @param asked the queried view; empty for an entity type
   * @param state of that view, as read for the choice
   * @param insists whether only the view's own table can answer: in the past, for batches, and if
   *     stale rows are accepted explicitly
   */
  record Choice(AnsweredBy by, Optional<String> asked, Optional<ViewState> state, boolean insists) {
    Choice {
      requireNonNull(by, "by is null");
      requireNonNull(asked, "asked is null");
      requireNonNull(state, "state is null");
    }

    /** Whether only the view itself may answer, whatever its state. */
    boolean itself(String view) {
      return by == AnsweredBy.VIEW && insists && asked.filter(view::equals).isPresent();
    }
  }

  /**
   * @param asked the queried view; empty for an entity type
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
