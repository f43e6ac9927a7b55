package io.bergview.query;

import io.bergview.errors.ErrorCode;
import io.bergview.errors.NotFoundException;
import io.bergview.errors.SourceException;
import io.bergview.errors.Suggestions;
import io.bergview.projection.definition.AsOf;
import io.bergview.projection.definition.TableName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.HistoryEntry;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;

/**
 * The snapshot of a table for {@code asOf}. Times refer to the table's history: when each snapshot
 * became current, which after a rollback is not when it was committed.
 */
final class SnapshotChoice {
  private final TableName name;
  private final Table table;

  private SnapshotChoice(TableName name, Table table) {
    this.name = name;
    this.table = table;
  }

  /**
   * @throws NotFoundException {@code AS_OF_TOO_EARLY}, {@code SNAPSHOT_NOT_FOUND}
   * @throws SourceException {@code SOURCE_SNAPSHOT_EXPIRED}
   */
  static Snapshot of(TableName name, Table table, AsOf moment) {
    SnapshotChoice choice = new SnapshotChoice(name, table);
    if (moment instanceof AsOf.Time time) {
      return choice.at(time.instant());
    }
    if (moment instanceof AsOf.SnapshotId snapshot) {
      return choice.byId(snapshot.id());
    }
    return choice.byRef(((AsOf.Ref) moment).name());
  }

  private Snapshot at(Instant instant) {
    List<HistoryEntry> history = table.history();
    HistoryEntry last = null;
    for (HistoryEntry entry : history) {
      if (entry.timestampMillis() <= instant.toEpochMilli()) {
        last = entry;
      }
    }
    Snapshot then = last == null ? null : table.snapshot(last.snapshotId());
    if (then != null) {
      return then;
    }
    Optional<HistoryEntry> earliest =
        history.stream().filter(entry -> table.snapshot(entry.snapshotId()) != null).findFirst();
    if (earliest.isEmpty()) {
      throw new NotFoundException(
          ErrorCode.AS_OF_TOO_EARLY, "Table %s has no rows of any time yet".formatted(name));
    }
    String works = "the earliest time that works is " + time(earliest.get().timestampMillis());
    Snapshot first = table.snapshot(earliest.get().snapshotId());
    boolean ever = last == null && first != null && first.parentId() == null;
    if (ever) {
      throw new NotFoundException(
          ErrorCode.AS_OF_TOO_EARLY,
          "Table %s had no rows yet at %s; %s".formatted(name, instant, works));
    }
    throw new SourceException(
        ErrorCode.SOURCE_SNAPSHOT_EXPIRED,
        "Table %s no longer has the snapshot of %s, which has expired; %s"
            .formatted(name, instant, works));
  }

  private Snapshot byId(long id) {
    Snapshot snapshot = table.snapshot(id);
    if (snapshot == null) {
      Optional<HistoryEntry> oldest = table.history().stream().findFirst();
      throw new NotFoundException(
          ErrorCode.SNAPSHOT_NOT_FOUND,
          "Table %s has no snapshot %d; it may have expired%s"
              .formatted(
                  name,
                  id,
                  oldest
                      .map(
                          entry ->
                              ". The oldest in its history is %d of %s"
                                  .formatted(entry.snapshotId(), time(entry.timestampMillis())))
                      .orElse("")));
    }
    return snapshot;
  }

  private Snapshot byRef(String ref) {
    SnapshotRef found = table.refs().get(ref);
    Snapshot snapshot = found == null ? idInQuotes(ref) : table.snapshot(found.snapshotId());
    if (snapshot == null) {
      throw new NotFoundException(
          ErrorCode.SNAPSHOT_NOT_FOUND,
          "Table %s has no tag or branch '%s'%s; it has %s"
              .formatted(
                  name,
                  ref,
                  Suggestions.didYouMean(ref, table.refs().keySet()),
                  table.refs().isEmpty() ? "none" : String.join(", ", table.refs().keySet())));
    }
    return snapshot;
  }

  /** Spark takes a snapshot id in quotes too. */
  private @Nullable Snapshot idInQuotes(String text) {
    try {
      return table.snapshot(Long.parseLong(text));
    } catch (NumberFormatException noId) {
      return null;
    }
  }

  private static String time(long millis) {
    return Instant.ofEpochMilli(millis).toString();
  }
}
