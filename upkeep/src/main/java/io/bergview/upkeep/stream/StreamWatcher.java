package io.bergview.upkeep.stream;

import static java.util.Objects.requireNonNull;

import io.bergview.catalog.Catalogs;
import io.bergview.catalog.pointers.TablePointers;
import io.bergview.catalog.view.RegisteredView;
import io.bergview.errors.BergviewException;
import io.bergview.pipeline.context.ProjectContext;
import io.bergview.projection.definition.TableName;
import io.bergview.upkeep.RefreshTask;
import io.bergview.upkeep.RefreshTrigger;
import io.bergview.upkeep.TaskQueue;
import io.bergview.upkeep.UpkeepStatus;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.Table;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the tables that streaming views read. A commit in this process is detected at once, one
 * by another writer within the poll interval, by the table's pointer in its catalog; earlier
 * commits are found by the refresh of each streaming view at the start. There is no other state:
 * the lineage of a view records which changes it has read.
 */
public final class StreamWatcher implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StreamWatcher.class);

  /**
   * After a signal that nothing was seen of: a transaction signals before it commits. In
   * milliseconds.
   */
  private static final int[] LOOKS_AFTER_SIGNAL = {2, 3, 5, 10, 20, 40, 80};

  /** What costs more is done once a signal, and by the clock. */
  private static final long CHEAP_LOOK_NANOS = 5_000_000;

  private final Catalogs catalogs;
  private final TaskQueue queue;
  private final Clock clock;
  private final Duration pollInterval;
  private final TablePointers pointers;
  private final CommitSignal signal = new CommitSignal();
  private final EventFilter events;
  private final Thread thread = new Thread(this::watch, "bergview-watch");
  private final Map<TableName, String> seen = new HashMap<>();
  private final Map<String, String> started = new HashMap<>();
  private final Set<String> unreachable = new HashSet<>();
  private volatile WatchedTables watched = WatchedTables.none();
  private volatile boolean stopped;
  private volatile UpkeepStatus.Watch standing = UpkeepStatus.Watch.NONE;

  public StreamWatcher(
      ProjectContext context, EventFilter events, TaskQueue queue, Duration pollInterval) {
    this.catalogs = context.catalogs();
    this.events = requireNonNull(events, "events is null");
    this.queue = requireNonNull(queue, "queue is null");
    this.clock = context.clock();
    this.pollInterval = requireNonNull(pollInterval, "pollInterval is null");
    this.pointers = new TablePointers(context.catalogs());
    thread.setDaemon(true);
  }

  public void start() {
    thread.start();
  }

  /** The views that there are now; those that stream are watched from now on. */
  public void views(Collection<RegisteredView> views) {
    watched = WatchedTables.of(views);
    signal.raise();
  }

  /** Statistics of the watch. */
  public UpkeepStatus.Watch standing() {
    return standing;
  }

  private void watch() {
    try (pointers) {
      int step = LOOKS_AFTER_SIGNAL.length;
      lookOnce();
      while (!stopped) {
        boolean following = step < LOOKS_AFTER_SIGNAL.length;
        boolean signalled =
            signal.await(following ? Duration.ofMillis(LOOKS_AFTER_SIGNAL[step]) : pollInterval);
        long began = System.nanoTime();
        boolean changed = lookOnce();
        boolean cheap = System.nanoTime() - began < CHEAP_LOOK_NANOS;
        if (changed || !cheap) {
          step = LOOKS_AFTER_SIGNAL.length;
        } else {
          step = signalled ? 0 : Math.min(step + 1, LOOKS_AFTER_SIGNAL.length);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A failed poll is followed by another. */
  private boolean lookOnce() {
    try {
      return look();
    } catch (RuntimeException e) {
      LOG.warn("The tables could not be checked", e);
      return false;
    }
  }

  /**
   * @return whether a table stood elsewhere than the last time
   */
  private boolean look() {
    WatchedTables now = watched;
    boolean changed = false;
    int failed = 0;
    for (Map.Entry<String, Set<TableName>> part :
        TablePointers.byCatalog(now.tables(), catalogs).entrySet()) {
      try {
        changed |= look(part.getKey(), part.getValue(), now);
        if (unreachable.remove(part.getKey())) {
          LOG.info("Catalog {} answers again", part.getKey());
        }
      } catch (BergviewException e) {
        failed++;
        if (unreachable.add(part.getKey())) {
          LOG.warn("No commits are seen until the catalog answers: {}", e.getMessage());
        }
      }
    }
    UpkeepStatus.Watch before = standing;
    standing =
        new UpkeepStatus.Watch(
            now.tables().size(),
            before.polls() + 1,
            before.failedPolls() + failed,
            failed == 0 ? Optional.of(clock.instant()) : before.lastPoll());
    begin(now);
    return changed;
  }

  private boolean look(String catalog, Set<TableName> tables, WatchedTables now) {
    boolean changed = false;
    for (Map.Entry<TableName, String> pointer : pointers.read(catalog, tables).entrySet()) {
      String before = seen.put(pointer.getKey(), pointer.getValue());
      if (before != null && !before.equals(pointer.getValue())) {
        changed = true;
        moved(pointer.getKey(), now);
      }
    }
    return changed;
  }

  /** A view that was not watched before, or was redefined, may be behind already. */
  private void begin(WatchedTables now) {
    Map<String, String> views = now.views();
    started.keySet().retainAll(views.keySet());
    Instant instant = clock.instant();
    now.forEach(
        (table, reader) -> {
          if (!started.containsKey(reader.name())) {
            events.begin(reader, table);
          }
        });
    views.forEach(
        (view, definition) -> {
          if (!definition.equals(started.put(view, definition))) {
            queue.submit(new RefreshTask(view, new RefreshTrigger.SourceChange(instant, instant)));
          }
        });
  }

  private void moved(TableName name, WatchedTables now) {
    Instant instant = clock.instant();
    Instant committed = committed(name).orElse(instant);
    for (WatchedTables.Reader reader : now.readers(name)) {
      RefreshTask task =
          new RefreshTask(
              reader.name(),
              new RefreshTrigger.SourceChange(committed, instant),
              Optional.of(instant.plus(reader.settings().batchWindow())));
      events.pass(reader, name, () -> queue.submit(task));
    }
  }

  /** When the table's current snapshot was committed; a failure to read it is ignored. */
  private Optional<Instant> committed(TableName name) {
    try {
      return catalogs
          .findToRead(name)
          .map(Table::currentSnapshot)
          .map(snapshot -> Instant.ofEpochMilli(snapshot.timestampMillis()));
    } catch (BergviewException e) {
      LOG.warn("A commit to {} was detected but could not be read: {}", name, e.getMessage());
      return Optional.empty();
    }
  }

  /** Stops watching; waits until it has. */
  @Override
  public void close() {
    stopped = true;
    signal.raise();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    signal.close();
    events.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
