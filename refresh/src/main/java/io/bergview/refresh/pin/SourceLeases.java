package io.bergview.refresh.pin;

import io.bergview.catalog.Catalogs;
import io.bergview.catalog.commit.SettledOperations;
import io.bergview.catalog.lineage.LineageLookup;
import io.bergview.catalog.lineage.SourceLease;
import io.bergview.catalog.lineage.SourceSnapshot;
import io.bergview.catalog.view.RegisteredView;
import io.bergview.catalog.view.ViewTable;
import io.bergview.errors.BergviewException;
import io.bergview.history.LeaseJournal;
import io.bergview.history.LeaseRefused;
import io.bergview.pipeline.context.ProjectContext;
import io.bergview.projection.definition.LeaseSetting;
import io.bergview.projection.definition.TableName;
import io.bergview.settings.LeaseSettings;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.ManageSnapshots;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.Table;
import org.apache.iceberg.Transaction;
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
  private static final Duration TOLERANCE = Duration.ofMinutes(1);
  private static final Duration FIRST_WAIT = Duration.ofMillis(20);
  private static final Duration LONGEST_WAIT = Duration.ofMillis(500);

  private final Catalogs catalogs;
  private final Clock clock;
  private final String view;
  private final Table table;
  private final LeaseSettings settings;
  private final LeaseJournal journal;
  private final Set<TableName> reads;
  private final List<SourceSnapshot> before;

  public SourceLeases(ProjectContext context, RegisteredView view) {
    this(
        context,
        view.name(),
        view.table(),
        context.project().maintenance().leases().with(view.definition().view().refresh().pin()),
        Set.copyOf(view.reads().values()));
  }

  /** For a dropped view, regardless of its settings. */
  public SourceLeases(ProjectContext context, ViewTable view) {
    this(
        context,
        view.view(),
        view.table(),
        context.project().maintenance().leases().with(Optional.of(LeaseSetting.OFF)),
        Set.of());
  }

  private SourceLeases(
      ProjectContext context,
      String view,
      Table table,
      LeaseSettings settings,
      Set<TableName> reads) {
    this.catalogs = context.catalogs();
    this.clock = context.clock();
    this.view = view;
    this.table = table;
    this.settings = settings;
    this.reads = reads;
    this.journal = new LeaseJournal(context.project());
    this.before =
        LineageLookup.of(table) instanceof LineageLookup.RecordedLineage found
            ? found.lineage().sources()
            : List.of();
  }

  /**
   * Moves the leases to the snapshots of a lineage that has been committed, or takes them away if
   * the view holds none; also from tables that the view has read before and no longer reads.
   *
   * @param sources of the new lineage
   * @param pinned the sources as they were loaded for it; without leases, one on which the view had
   *     none then is not read again
   */
  public void follow(List<SourceSnapshot> sources, PinnedSources pinned) {
    Set<TableName> now = new HashSet<>();
    for (SourceSnapshot source : sources) {
      if (source.direct()) {
        now.add(catalogs.qualified(source.table()));
        if (settings.held() || hasLease(pinned.table(source.table()), source)) {
          change(source, settings.held());
        }
      }
    }
    for (SourceSnapshot source : before) {
      if (source.direct() && !now.contains(catalogs.qualified(source.table()))) {
        change(source, false);
      }
    }
  }

  /**
   * Brings the leases in line with new settings and the lineage that the view had when this was
   * made; on a table that the view's definition no longer reads there is none.
   */
  public void settle() {
    settle(settings.age().minus(TOLERANCE));
  }

  /** As {@link #settle}; those that hold what they should are only renewed if it is time. */
  public void mend() {
    settle(half());
  }

  private void settle(Duration least) {
    for (SourceSnapshot source : before) {
      if (source.direct()) {
        change(
            source, settings.held() && reads.contains(catalogs.qualified(source.table())), least);
      }
    }
  }

  private Duration half() {
    return settings.age().dividedBy(2);
  }

  /**
   * For a view that is not refreshed now: takes leases that are missing or lie on another snapshot
   * than the lineage names, and renews those of whose age less than half is left. Cheap where there
   * is nothing to do. Never fails.
   */
  public void renew() {
    if (!settings.held()) {
      return;
    }
    for (SourceSnapshot source : before) {
      if (source.direct() && reads.contains(catalogs.qualified(source.table())) && needs(source)) {
        change(source, true);
      }
    }
  }

  private boolean needs(SourceSnapshot source) {
    try {
      return catalogs
          .findToRead(source.table())
          .filter(found -> wanted(found, source, true, half()) != Change.NONE)
          .isPresent();
    } catch (BergviewException e) {
      refused(source, e);
      return false;
    }
  }

  /** Renews the leases of all views that can be read: {@link #renew}. Never fails. */
  public static void renewAll(ProjectContext context) {
    try {
      for (RegisteredView view : context.registry().listingToRead().views()) {
        new SourceLeases(context, view).renew();
      }
    } catch (BergviewException e) {
      LOG.warn("Leases are renewed later, since the views cannot be listed: {}", e.getMessage());
    }
  }

  /** Takes all leases away, for a view that is dropped. */
  public void release() {
    for (SourceSnapshot source : before) {
      if (source.direct()) {
        change(source, false);
      }
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
    return SourceLease.tagOf(table, source.table());
  }

  private boolean hasLease(Table source, SourceSnapshot named) {
    return source.refs().keySet().stream()
        .anyMatch(name -> name.equals(tag(named)) || isOfEarlierVersion(name));
  }

  /** With the snapshot's id at its end. */
  private boolean isOfEarlierVersion(String name) {
    return name.startsWith(SourceLease.tagsOf(table) + "-");
  }

  /**
   * @param least it is renewed if less is left of its age
   */
  private Change wanted(Table table, SourceSnapshot source, boolean held, Duration least) {
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
    return isDue(now, snapshot, least) ? Change.RENEW : Change.NONE;
  }

  /** Also if more is left than a shorter age would give it. */
  private boolean isDue(SnapshotRef lease, Snapshot snapshot, Duration least) {
    Instant now = clock.instant();
    Long limit = lease.maxRefAgeMs();
    if (limit == null) {
      return true;
    }
    Instant until = Instant.ofEpochMilli(snapshot.timestampMillis() + limit);
    return until.isBefore(now.plus(least))
        || until.isAfter(now.plus(settings.age()).plus(TOLERANCE));
  }

  private void change(SourceSnapshot source, boolean held) {
    change(source, held, half());
  }

  /** Several processes may change the tags of one source; each tries until it gets its turn. */
  private void change(SourceSnapshot source, boolean held, Duration least) {
    try {
      Duration wait = FIRST_WAIT;
      for (int attempt = 1; ; attempt++) {
        try {
          attempt(source, held, least);
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
      refused(
          source, catalogs.failure(e, "tag " + source.table(), catalogs.nameFor(source.table())));
    }
  }

  /** Warns of the first of several alike, and leaves it in the view's history. */
  private void refused(SourceSnapshot source, BergviewException failure) {
    boolean isNew =
        journal.add(
            new LeaseRefused(
                clock.instant(),
                view,
                table.uuid().toString(),
                source.table().toString(),
                String.valueOf(failure.getMessage())));
    if (isNew) {
      LOG.warn(
          "View {} cannot hold a lease on {}, so that its next refresh may be full: {}",
          view,
          source.table(),
          failure.getMessage());
    } else {
      LOG.debug("View {} cannot hold a lease on {}", view, source.table(), failure);
    }
  }

  private void attempt(SourceSnapshot source, boolean held, Duration least) {
    Optional<Table> found = catalogs.find(source.table().withoutRef());
    if (found.isEmpty()) {
      return;
    }
    Table table = found.get();
    Change change = wanted(table, source, held, least);
    String tag = tag(source);
    List<String> others =
        table.refs().entrySet().stream()
            .filter(ref -> ref.getValue().isTag())
            .map(Map.Entry::getKey)
            .filter(
                name -> isOfEarlierVersion(name) || (change == Change.REMOVE && name.equals(tag)))
            .toList();
    if (change == Change.NONE && others.isEmpty()) {
      return;
    }
    Transaction transaction = SettledOperations.newTransaction(table);
    ManageSnapshots tags = transaction.manageSnapshots();
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
    transaction.commitTransaction();
  }

  /** Counted from the snapshot, as Iceberg does. */
  private long ageOf(Snapshot snapshot) {
    long old = Math.max(0, clock.millis() - snapshot.timestampMillis());
    return Math.addExact(old, settings.age().toMillis());
  }
}
