package io.bergview.upkeep;

import static java.util.Objects.requireNonNull;

/** One view that is to be refreshed, and why. */
public record RefreshTask(String view, Occasion occasion) {
  public RefreshTask {
    requireNonNull(view, "view is null");
    requireNonNull(occasion, "occasion is null");
  }
}
