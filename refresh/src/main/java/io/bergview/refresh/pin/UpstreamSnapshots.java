package io.bergview.refresh.pin;

import static java.util.Objects.requireNonNull;

import io.bergview.catalog.lineage.Lineage;
import io.bergview.catalog.lineage.SourceSnapshot;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.RefusedException;
import io.bergview.projection.definition.TableName;
import io.bergview.staleness.SameRows;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.iceberg.Table;

/**
 * The snapshots of base tables that a view's upstream views are derived from.
 *
 * <p>A view is a function of one state of each base table. Its upstream views are already derived
 * from some state of theirs, so they must agree: two derived from different rows of one table would
 * give a result that never existed. Snapshots that differ only by compaction have the same rows,
 * and agree. The same applies to views that are upstream of several others.
 */
final class UpstreamSnapshots {
  /** One upstream view's word on one table. */
  private record RecordedSnapshot(String upstream, SourceSnapshot source) {}

  private final String view;
  private final Map<TableName, List<RecordedSnapshot>> known = new LinkedHashMap<>();

  /**
   * @param view whose upstream views these are, for messages
   */
  UpstreamSnapshots(String view) {
    this.view = view;
  }

  /** An upstream view, and what it is derived from. */
  void add(String upstream, Lineage lineage, Function<TableName, TableName> qualified) {
    for (SourceSnapshot source : lineage.sources()) {
      known
          .computeIfAbsent(qualified.apply(source.table()), name -> new ArrayList<>())
          .add(new RecordedSnapshot(upstream, source));
    }
  }

  Set<TableName> tables() {
    return known.keySet();
  }

  private List<RecordedSnapshot> of(TableName name) {
    return requireNonNull(known.get(name), () -> name + " is not upstream");
  }

  /**
   * The snapshot of a table on which all upstream views agree; of several with the same rows, one
   * that can be read.
   *
   * @param table loaded when needed; empty if the table no longer exists
   * @throws RefusedException {@code UPSTREAM_DIVERGED}
   */
  SourceSnapshot agreed(TableName name, Supplier<Optional<Table>> table) {
    List<RecordedSnapshot> all = of(name);
    RecordedSnapshot chosen = all.get(0);
    for (RecordedSnapshot other : all.subList(1, all.size())) {
      if (!chosen.source().uuid().equals(other.source().uuid())
          || chosen.source().snapshotId() != other.source().snapshotId()) {
        Optional<Table> now = table.get();
        if (!agree(chosen.source(), other.source(), now)) {
          throw diverged(name, describe(chosen, now), describe(other, now));
        }
        chosen = isThere(chosen.source(), now) ? chosen : other;
      }
    }
    return chosen.source();
  }

  /**
   * A base table that the view reads directly, at the snapshot that its upstream views have read,
   * or at one with the same rows.
   *
   * @throws RefusedException {@code UPSTREAM_DIVERGED} if that snapshot is gone
   */
  Table readAlike(TableName name, SourceSnapshot agreed, Table table) {
    if (!table.uuid().toString().equals(agreed.uuid())) {
      throw unreadable(name, "another table of that name, which was dropped");
    }
    if (holds(table, agreed)) {
      return table;
    }
    if (agreed.snapshotId() == SourceSnapshot.NONE) {
      return new TableAtSnapshot(table, SourceSnapshot.NONE);
    }
    return new TableAtSnapshot(
        table,
        SameRows.readable(agreed.snapshotId(), table)
            .orElseThrow(
                () ->
                    unreadable(
                        name, "snapshot %d, which has expired".formatted(agreed.snapshotId()))));
  }

  /**
   * A view that is read directly and is also upstream of another upstream view: it is read at its
   * current snapshot.
   *
   * @throws RefusedException {@code UPSTREAM_DIVERGED} if that other view is derived from other
   *     rows of it
   */
  void checkAlike(TableName name, SourceSnapshot agreed, Table table) {
    if (!table.uuid().toString().equals(agreed.uuid()) || !holds(table, agreed)) {
      throw diverged(
          name, "it reads what is there now", describe(of(name).get(0), Optional.of(table)));
    }
  }

  private RefusedException diverged(TableName name, String one, String other) {
    return refused(
        "View %s cannot be computed from one state of %s: %s, and %s"
            .formatted(view, shown(name), one, other));
  }

  private RefusedException unreadable(TableName name, String what) {
    return refused(
        "View %s reads %s and view %s, which is derived from %s"
            .formatted(view, shown(name), of(name).get(0).upstream(), what));
  }

  private RefusedException refused(String what) {
    return new RefusedException(
        ErrorCode.UPSTREAM_DIVERGED,
        "%s; 'refreshView %s --upstream' refreshes what it reads first".formatted(what, view));
  }

  private TableName shown(TableName name) {
    return of(name).get(0).source().table();
  }

  private static boolean holds(Table table, SourceSnapshot source) {
    long now = PinnedSources.snapshot(table).orElse(SourceSnapshot.NONE);
    return SameRows.between(source.snapshotId(), now, table);
  }

  private static boolean agree(SourceSnapshot one, SourceSnapshot other, Optional<Table> table) {
    return one.uuid().equals(other.uuid())
        && table
            .filter(now -> now.uuid().toString().equals(one.uuid()))
            .filter(now -> SameRows.between(one.snapshotId(), other.snapshotId(), now))
            .isPresent();
  }

  private static boolean isThere(SourceSnapshot source, Optional<Table> table) {
    return source.snapshotId() == SourceSnapshot.NONE
        || table.filter(now -> now.snapshot(source.snapshotId()) != null).isPresent();
  }

  /** {@code Daily is derived from snapshot 17 of 2026-01-01T00:00:00Z}. */
  private static String describe(RecordedSnapshot known, Optional<Table> table) {
    long id = known.source().snapshotId();
    if (id == SourceSnapshot.NONE) {
      return known.upstream() + " was computed when it had no snapshot";
    }
    String time =
        table
            .map(now -> now.snapshot(id))
            .map(snapshot -> " of " + Instant.ofEpochMilli(snapshot.timestampMillis()))
            .orElse(", which is gone");
    return "%s is derived from snapshot %d%s".formatted(known.upstream(), id, time);
  }
}
