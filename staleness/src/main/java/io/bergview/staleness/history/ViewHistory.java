package io.bergview.staleness.history;

import io.bergview.catalog.lineage.Lineage;
import io.bergview.catalog.lineage.RefreshRecord;
import io.bergview.catalog.lineage.SummaryKeys;
import io.bergview.catalog.view.RegisteredView;
import io.bergview.staleness.history.ViewEvent.What;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.util.SnapshotUtil;

/**
 * What was done to a view, from the snapshots of its table: nothing else is kept of what a refresh
 * did, and what expires with its snapshot is forgotten. Only failures, which make no snapshot, are
 * kept in a journal.
 */
public final class ViewHistory {
  private ViewHistory() {}

  /**
   * What happened to a view, newest first.
   *
   * @param view as it was just found
   * @param limit how many at most
   */
  public static List<HistoryEntry> of(RegisteredView view, FailureJournal journal, int limit) {
    List<HistoryEntry> entries = new ArrayList<>(of(view.table(), limit));
    entries.addAll(journal.of(view.name(), view.table().uuid().toString(), limit));
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
      events.add(event(snapshot));
    }
    return List.copyOf(events);
  }

  private static ViewEvent event(Snapshot snapshot) {
    Map<String, String> summary = snapshot.summary();
    Optional<RefreshRecord> refresh = RefreshRecord.of(summary);
    return new ViewEvent(
        what(snapshot, refresh),
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

  private static What what(Snapshot snapshot, Optional<RefreshRecord> refresh) {
    if (refresh.isPresent()) {
      return What.REFRESH;
    }
    if (SummaryKeys.CHANGE_DEFINITION.equals(snapshot.summary().get(SummaryKeys.CHANGE))) {
      return What.DEFINITION;
    }
    return DataOperations.REPLACE.equals(snapshot.operation()) ? What.MAINTENANCE : What.FOREIGN;
  }
}
