package io.bergview.upkeep;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;

/** What triggered a refresh that runs unattended. */
public sealed interface RefreshTrigger {
  /** One word, as logs, metrics and the HTTP API show it. */
  String label();

  /**
   * A tick of its schedule.
   *
   * @param scheduled the scheduled instant, kept by a late run
   */
  record ScheduleTick(Instant scheduled) implements RefreshTrigger {
    public ScheduleTick {
      requireNonNull(scheduled, "scheduled is null");
    }

    @Override
    public String label() {
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
    public String label() {
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
    public String label() {
      return "downstream";
    }
  }

  /** A request to a running service. */
  record Requested(Instant at, boolean full) implements RefreshTrigger {
    public Requested {
      requireNonNull(at, "at is null");
    }

    @Override
    public String label() {
      return "asked";
    }
  }
}
