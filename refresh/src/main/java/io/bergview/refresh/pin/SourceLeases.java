package io.bergview.refresh.pin;

import io.bergview.catalog.Catalogs;
import io.bergview.catalog.lineage.LineageLookup;
import io.bergview.catalog.lineage.SourceLease;
import io.bergview.catalog.lineage.SourceSnapshot;
import io.bergview.catalog.view.RegisteredView;
import io.bergview.catalog.view.ViewTable;
import io.bergview.pipeline.context.ProjectContext;
import io.bergview.projection.definition.LeaseSetting;
import io.bergview.settings.LeaseSettings;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.ManageSnapshots;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The leases of one view on its sources: each is a tag ({@link SourceLease}) on the snapshot that
 * the view's lineage names, so that whoever expires snapshots of the source leaves that one, and
 * the next refresh can determine later changes. A lease has an age limit, so that an abandoned view
 * does not hold snapshots for ever.
 *
 * <p>A lease follows the lineage: after a refresh has committed, the tag is moved in one commit to
 * the source. If the process dies in between, or the source cannot be written, the tag holds what
 * the view had read before, and the next refresh, even one that has nothing else to do, moves it.
 * No failure here fails a refresh: the worst consequence is that a later one is full.
 */
public final class SourceLeases {
  private static final Logger LOG = LoggerFactory.getLogger(SourceLeases.class);
  private static final int MOST_ATTEMPTS = 20;
  private static final Duration FIRST_WAIT = Duration.ofMillis(20);
  private static final Duration LONGEST_WAIT = Duration.ofMillis(500);

  private final Catalogs catalogs;
  private final Clock clock;
  private final String view;
  private final Table viewTable;
  private final LeaseSettings settings;

  public SourceLeases(ProjectContext context, RegisteredView view) {
    this(context, view.name(), view.table(), Optional.of(view.definition().view().refresh().pin()));
  }

  /** For a dropped view, regardless of its settings. */
  public SourceLeases(ProjectContext context, ViewTable view) {
    this(context, view.view(), view.table(), Optional.empty());
  }

  private SourceLeases(
      ProjectContext context,
      String view,
      Table table,
      Optional<Optional<LeaseSetting>> registered) {
    LeaseSettings usual = context.project().maintenance().leases();
    this.catalogs = context.catalogs();
    this.clock = context.clock();
    this.view = view;
    this.viewTable = table;
    this.settings =
        registered.map(usual::with).orElseGet(() -> usual.with(Optional.of(LeaseSetting.OFF)));
  }

  /**
   * Moves the leases to the snapshots of a lineage that has been committed, or takes them away if
   * the view holds none.
   *
   * @param pinned the sources as they were loaded for it; without leases, one on which the view had
   *     none then is not read again
   */
  public void follow(List<SourceSnapshot> sources, PinnedSources pinned) {
    for (SourceSnapshot source : sources) {
      if (source.direct() && (settings.held() || hasLease(pinned.table(source.table()), source))) {
        change(source, settings.held());
      }
    }
  }

  /** As {@link #follow(List, PinnedSources)}, of sources as they are now. */
  public void follow(List<SourceSnapshot> sources) {
    for (SourceSnapshot source : sources) {
      if (source.direct()) {
        change(source, settings.held());
      }
    }
  }

  /**
   * Brings the leases of a view that had nothing to refresh in order: those that are missing or lie
   * on another snapshot, and those of whose age less than half is left.
   *
   * @param pinned its sources as they were loaded; those whose lease is in order are not read again
   */
  public void renew(RegisteredView registered, PinnedSources pinned) {
    if (LineageLookup.of(registered.table()) instanceof LineageLookup.RecordedLineage found) {
      for (SourceSnapshot source : found.lineage().sources()) {
        if (source.direct()
            && wanted(pinned.table(source.table()), source, settings.held()) != Change.NONE) {
          change(source, settings.held());
        }
      }
    }
  }

  /** Takes away the leases on sources that the view no longer reads. */
  public void release(List<SourceSnapshot> sources) {
    for (SourceSnapshot source : sources) {
      change(source, false);
    }
  }

  private enum Change {
    NONE,
    REMOVE,
    CREATE,
    MOVE,
    RENEW
  }

  private String tag(SourceSnapshot source) {
    return SourceLease.tagOf(viewTable, source.table());
  }

  private boolean hasLease(Table table, SourceSnapshot source) {
    return table.refs().keySet().stream()
        .anyMatch(name -> name.equals(tag(source)) || isOfEarlierVersion(name));
  }

  /** With the snapshot's id at its end. */
  private boolean isOfEarlierVersion(String name) {
    return name.startsWith(SourceLease.tagsOf(viewTable) + "-");
  }

  private Change wanted(Table table, SourceSnapshot source, boolean held) {
    SnapshotRef now = table.refs().get(tag(source));
    Snapshot snapshot = table.snapshot(source.snapshotId());
    if (!held) {
      return hasLease(table, source) ? Change.REMOVE : Change.NONE;
    }
    if (snapshot == null || !table.uuid().toString().equals(source.uuid())) {
      return Change.NONE;
    }
    if (now == null) {
      return Change.CREATE;
    }
    if (now.snapshotId() != snapshot.snapshotId()) {
      return Change.MOVE;
    }
    return isDue(table, source) ? Change.RENEW : Change.NONE;
  }

  /** Whether less than half of its age is left, or more than a shorter one would give it. */
  private boolean isDue(Table table, SourceSnapshot source) {
    Instant now = clock.instant();
    Long limit = table.refs().get(tag(source)).maxRefAgeMs();
    if (limit == null) {
      return true;
    }
    Instant until =
        Instant.ofEpochMilli(table.snapshot(source.snapshotId()).timestampMillis() + limit);
    return until.isBefore(now.plus(settings.age().dividedBy(2)))
        || until.isAfter(now.plus(settings.age()).plus(Duration.ofMinutes(1)));
  }

  /** Several processes may change the tags of one source; each tries until it gets its turn. */
  private void change(SourceSnapshot source, boolean held) {
    try {
      Duration wait = FIRST_WAIT;
      for (int attempt = 1; ; attempt++) {
        try {
          attempt(source, held);
          return;
        } catch (CommitFailedException | CommitStateUnknownException e) {
          if (attempt == MOST_ATTEMPTS) {
            throw e;
          }
        }
        Thread.sleep(wait.toMillis());
        wait =
            wait.multipliedBy(2).compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait.multipliedBy(2);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.warn(
          "View {}: the snapshot that it has read of {} is not held by a lease, so that its next"
              + " refresh may be full: {}",
          view,
          source.table(),
          catalogs
              .failure(e, "tag " + source.table(), catalogs.nameFor(source.table()))
              .getMessage());
    }
  }

  private void attempt(SourceSnapshot source, boolean held) {
    Optional<Table> found = catalogs.find(source.table().withoutRef());
    if (found.isEmpty()) {
      return;
    }
    Table table = found.get();
    Change change = wanted(table, source, held);
    String tag = tag(source);
    List<String> others =
        table.refs().entrySet().stream()
            .filter(ref -> ref.getValue().isTag())
            .map(Map.Entry::getKey)
            .filter(
                name ->
                    isOfEarlierVersion(name) || (change == Change.REMOVE && name.equals(tag)))
            .toList();
    if (change == Change.NONE && others.isEmpty()) {
      return;
    }
    ManageSnapshots tags = table.manageSnapshots();
    others.forEach(tags::removeTag);
    if (change == Change.CREATE) {
      tags.createTag(tag, source.snapshotId());
    } else if (change == Change.MOVE) {
      tags.replaceTag(tag, source.snapshotId());
    }
    if (change != Change.NONE && change != Change.REMOVE) {
      tags.setMaxRefAgeMs(tag, ageOf(table.snapshot(source.snapshotId())));
    }
    tags.commit();
  }

  /** Counted from the snapshot, as Iceberg does. */
  private long ageOf(Snapshot snapshot) {
    long old = Math.max(0, clock.millis() - snapshot.timestampMillis());
    return Math.addExact(old, settings.age().toMillis());
  }
}
