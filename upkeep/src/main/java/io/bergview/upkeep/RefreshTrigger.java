package io.bergview.upkeep;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;

/** What triggered a refresh that runs unattended. */
public sealed interface RefreshTrigger {
  /** One word, as logs, metrics and the HTTP API show it. */
  String word();

  /**
   * A tick of its schedule.
   *
   * @param scheduled the instant that the schedule named; a run that comes late keeps it
   */
  record ScheduleTick(Instant scheduled) implements RefreshTrigger {
    public ScheduleTick {
      requireNonNull(scheduled, "scheduled is null");
    }

    @Override
    public String word() {
      return "schedule";
    }
  }

  /**
   * A table that it reads has changed.
   *
   * @param committed when the first of the commits was made, by the clock of who made it
   * @param seen when it was noticed
   */
  record SourceChange(Instant committed, Instant seen) implements RefreshTrigger {
    public SourceChange {
      requireNonNull(committed, "committed is null");
      requireNonNull(seen, "seen is null");
    }

    @Override
    public String word() {
      return "change";
    }
  }

  /**
   * A downstream view is refreshed, and cascades to it.
   *
   * @param views by name
   */
  record Downstream(List<String> views) implements RefreshTrigger {
    public Downstream {
      views = List.copyOf(views);
    }

    @Override
    public String word() {
      return "downstream";
    }
  }

  /** A request to a running service. */
  record Requested(Instant at, boolean full) implements RefreshTrigger {
    public Requested {
      requireNonNull(at, "at is null");
    }

    @Override
    public String word() {
      return "asked";
    }
  }
}
