package io.bergview.history;

import io.bergview.catalog.Project;
import io.bergview.catalog.lineage.Lineage;
import io.bergview.catalog.lineage.RefreshRecord;
import io.bergview.catalog.lineage.SnapshotKind;
import io.bergview.catalog.view.RegisteredView;
import io.bergview.history.ViewEvent.EventKind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.util.SnapshotUtil;

/**
 * The history of a view: from the snapshots of its table, from the journal of commits for those
 * that vacuum has expired, and from the journals of failures, of missed ticks and of refused
 * leases, which make no snapshot.
 */
public final class ViewHistory {
  private ViewHistory() {}

  /**
   * What happened to a view, newest first.
   *
   * @param view as it was just found
   * @param project in whose folder the journals are
   * @param limit how many at most
   */
  public static List<HistoryEntry> of(RegisteredView view, Project project, int limit) {
    String table = view.table().uuid().toString();
    List<ViewEvent> commits = of(view.table(), limit);
    List<HistoryEntry> entries = new ArrayList<>(commits);
    Set<Long> there = commits.stream().map(ViewEvent::snapshotId).collect(Collectors.toSet());
    if (commits.size() < limit) {
      new CommitJournal(project)
          .of(view.name(), table).stream()
              .filter(commit -> !there.contains(commit.snapshotId()))
              .forEach(entries::add);
    }
    entries.addAll(new FailureJournal(project).of(view.name(), table, limit));
    entries.addAll(new TickJournal(project).of(view.name(), table));
    entries.addAll(new LeaseJournal(project).of(view.name(), table));
    return entries.stream()
        .sorted(Comparator.comparing(HistoryEntry::time).reversed())
        .limit(limit)
        .toList();
  }

  /**
   * The commits that led to the view's current snapshot, newest first.
   *
   * @param view its table, which was just loaded
   * @param limit how many at most
   */
  public static List<ViewEvent> of(Table view, int limit) {
    List<ViewEvent> events = new ArrayList<>();
    for (Snapshot snapshot : SnapshotUtil.currentAncestors(view)) {
      if (events.size() == limit) {
        break;
      }
      events.add(event(view, snapshot));
    }
    return List.copyOf(events);
  }

  /**
   * The commits that can no longer be read from the table after some snapshots expire: those, and
   * all earlier ones, since the chain to them is broken.
   *
   * @param going the expiring snapshots
   */
  public static List<ViewEvent> lostWithout(Table view, Set<Long> going) {
    List<ViewEvent> all = of(view, Integer.MAX_VALUE);
    for (int i = 0; i < all.size(); i++) {
      if (going.contains(all.get(i).snapshotId())) {
        return all.subList(i, all.size());
      }
    }
    return List.of();
  }

  private static ViewEvent event(Table view, Snapshot snapshot) {
    Map<String, String> summary = snapshot.summary();
    Optional<RefreshRecord> refresh = RefreshRecord.of(summary);
    return new ViewEvent(
        what(view, snapshot, refresh),
        snapshot.snapshotId(),
        Instant.ofEpochMilli(snapshot.timestampMillis()),
        snapshot.operation() == null ? "" : snapshot.operation(),
        refresh,
        refresh.isPresent() ? ViewEvent.sources(lineage(summary)) : List.of());
  }

  private static Optional<Lineage> lineage(Map<String, String> summary) {
    try {
      return Lineage.carriedBy(summary);
    } catch (IllegalArgumentException unreadable) {
      return Optional.empty();
    }
  }

  private static EventKind what(Table view, Snapshot snapshot, Optional<RefreshRecord> refresh) {
    if (refresh.isPresent()) {
      return EventKind.REFRESH;
    }
    return switch (SnapshotKind.of(view, snapshot)) {
      case DEFINITION -> EventKind.DEFINITION;
      case REWRITE -> EventKind.MAINTENANCE;
      case EMPTY_REFRESH, ROWS -> EventKind.FOREIGN;
    };
  }
}
