package io.bergview.projection.route;

import static java.util.Objects.requireNonNull;

import io.bergview.projection.plan.Plan;

/** Whether a view can answer a query, and how it is rewritten over the view. */
public sealed interface ViewMatch {
  /**
   * It can.
   *
   * @param plan gives the query's columns; its only source is the view's table
   * @param way how
   */
  record Matched(Plan plan, MatchKind way) implements ViewMatch {
    public Matched {
      requireNonNull(plan, "plan is null");
      requireNonNull(way, "way is null");
    }
  }

  /**
   * It cannot.
   *
   * @param why completes a sentence that begins with the view's name
   */
  record NotMatched(String why) implements ViewMatch {
    public NotMatched {
      requireNonNull(why, "why is null");
    }
  }

  /** What is done with the view's rows. */
  enum MatchKind {
    /** They are the answer's rows, filtered. */
    ROWS("its rows are the answer's"),
    /** They are grouped. */
    GROUPED("its rows are grouped"),
    /** Its groups are the answer's. */
    GROUPS("its groups are the answer's"),
    /** Its groups are put together to larger ones. */
    ROLLED_UP("its groups are rolled up");

    private final String words;

    MatchKind(String words) {
      this.words = words;
    }

    /** For display. */
    public String words() {
      return words;
    }
  }
}
