package io.bergview.upkeep;

import static java.util.Objects.requireNonNull;

import io.bergview.errors.ErrorCode;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;

/**
 * What upkeep does at one moment.
 *
 * @param ready whether the schedules are loaded and the sources watched
 * @param stopping whether no further refresh starts
 * @param waiting queued refreshes, in the order in which they will start; a view at most once
 * @param running a view at most once
 * @param paused views whose refreshes are paused
 * @param givenUp views whose last refresh was given up, until one succeeds
 * @param behindUpstream views whose last refresh had nothing to read, since their upstream views
 *     are stale
 * @param next the next tick of each view with a schedule
 */
public record UpkeepStatus(
    boolean ready,
    boolean stopping,
    List<Waiting> waiting,
    List<Running> running,
    Set<String> paused,
    List<GivenUp> givenUp,
    List<BehindUpstream> behindUpstream,
    Map<String, Instant> next,
    Watch watch) {
  /**
   * @param since the time of the trigger
   * @param attempt the number of the attempt that it waits for, from 1
   * @param retryAt not before then, where an attempt has failed
   */
  public record Waiting(
      String view, RefreshTrigger trigger, Instant since, int attempt, Optional<Instant> retryAt) {
    public Waiting {
      requireNonNull(view, "view is null");
      requireNonNull(trigger, "occasion is null");
      requireNonNull(since, "since is null");
      requireNonNull(retryAt, "retryAt is null");
    }
  }

  /**
   * @param run as the events have it
   * @param since when this attempt began
   */
  public record Running(String view, RefreshTrigger trigger, UUID run, int attempt, Instant since) {
    public Running {
      requireNonNull(view, "view is null");
      requireNonNull(trigger, "occasion is null");
      requireNonNull(run, "run is null");
      requireNonNull(since, "since is null");
    }
  }

  /**
   * @param at when the last attempt failed
   * @param attempts how many there were
   */
  public record GivenUp(String view, Instant at, int attempts, ErrorCode code, String message) {
    public GivenUp {
      requireNonNull(view, "view is null");
      requireNonNull(at, "at is null");
      requireNonNull(code, "code is null");
      requireNonNull(message, "message is null");
    }
  }

  /**
   * A view that stays stale.
   *
   * @param at when it was skipped last
   * @param message which views are behind, and why
   */
  public record BehindUpstream(String view, Instant at, String message) {
    public BehindUpstream {
      requireNonNull(view, "view is null");
      requireNonNull(at, "at is null");
      requireNonNull(message, "message is null");
    }
  }

  /**
   * How the sources are watched for commits.
   *
   * @param tables that are watched
   * @param polls number of polls of the catalogs since the start
   * @param failedPolls number of polls in which a catalog failed
   * @param lastPoll when all catalogs last responded
   */
  public record Watch(int tables, long polls, long failedPolls, Optional<Instant> lastPoll) {
    /** Nothing is watched. */
    public static final Watch NONE = new Watch(0, 0, 0, Optional.empty());

    public Watch {
      requireNonNull(lastPoll, "lastPoll is null");
    }
  }

  public UpkeepStatus {
    waiting = List.copyOf(waiting);
    running = List.copyOf(running);
    paused = Collections.unmodifiableSet(new TreeSet<>(paused));
    givenUp = List.copyOf(givenUp);
    behindUpstream = List.copyOf(behindUpstream);
    next = Collections.unmodifiableMap(new TreeMap<>(next));
    requireNonNull(watch, "watch is null");
  }
}
