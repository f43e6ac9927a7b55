package io.bergview.api;

import static java.util.Objects.requireNonNull;

import io.bergview.projection.definition.AsOf;
import io.bergview.query.FindQuery;
import java.time.Instant;

/** A project as it was at one instant: all queries to it are about that instant. */
public final class Past {
  private final Bergview bergview;
  private final Instant instant;

  Past(Bergview bergview, Instant instant) {
    this.bergview = bergview;
    this.instant = requireNonNull(instant, "instant is null");
  }

  public Instant instant() {
    return instant;
  }

  /** Begins a query about the rows that a view or an entity type had then. */
  public Find find(String name) {
    return bergview.find(FindQuery.of(name).toBuilder().asOf(new AsOf.Time(instant)).build());
  }
}
