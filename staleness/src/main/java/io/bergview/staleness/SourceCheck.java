package io.bergview.staleness;

import io.bergview.catalog.Catalogs;
import io.bergview.catalog.lineage.ColumnChange;
import io.bergview.catalog.lineage.SourceSnapshot;
import io.bergview.catalog.lineage.UsedColumn;
import io.bergview.catalog.view.ViewProperties;
import io.bergview.projection.definition.TableName;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Type;

/** Compares one table with its entry in a lineage. */
final class SourceCheck {
  private final SourceSnapshot seen;

  private SourceCheck(SourceSnapshot seen) {
    this.seen = seen;
  }

  /**
   * @param table at the source's ref
   * @param whole the same without the ref, for where {@code table} is empty
   */
  static SourceState of(
      SourceSnapshot seen, Optional<Table> table, Supplier<Optional<Table>> whole) {
    SourceCheck check = new SourceCheck(seen);
    return table.map(check::compare).orElseGet(() -> check.gone(whole.get()));
  }

  private SourceState gone(Optional<Table> whole) {
    boolean onlyRef = seen.table().ref().isPresent() && whole.isPresent();
    return state(
        SourceSnapshot.NONE,
        new SnapshotDistance(0, 0, false, true, Optional.empty()),
        onlyRef ? Reason.SOURCE_REF_DROPPED : Reason.SOURCE_DROPPED,
        onlyRef
            ? String.valueOf(Catalogs.missingRef(seen.table(), whole.get()).getMessage())
            : "Source " + seen.table().withoutRef() + " does not exist any more");
  }

  private SourceState compare(Table table) {
    long current =
        table.currentSnapshot() == null
            ? SourceSnapshot.NONE
            : table.currentSnapshot().snapshotId();
    SnapshotDistance distance = SnapshotDistance.between(seen.snapshotId(), table);
    if (!table.uuid().toString().equals(seen.uuid())) {
      return state(
          current,
          distance,
          Reason.SOURCE_RECREATED,
          "Source %s was dropped and made again: its uuid was %s and is %s"
              .formatted(seen.table(), seen.uuid(), table.uuid()));
    }
    Optional<String> change = columnChange(table);
    if (change.isPresent()) {
      return state(current, distance, Reason.SOURCE_SCHEMA_CHANGED, change.get());
    }
    return byDistance(current, distance);
  }

  /** The gravest change of a column that the view has read, as a sentence. */
  private Optional<String> columnChange(Table table) {
    boolean view = table.properties().containsKey(ViewProperties.VIEW);
    Schema schema = table.schema();
    ColumnChange gravest = ColumnChange.NONE;
    String message = "";
    for (Map.Entry<String, UsedColumn> entry : seen.columns().entrySet()) {
      String path = entry.getKey();
      UsedColumn column = entry.getValue();
      ColumnChange change =
          view ? column.changeByName(schema, path) : column.changeIn(schema, path);
      if (change.compareTo(gravest) > 0) {
        gravest = change;
        Type now = view ? schema.findType(path) : schema.findType(column.fieldId());
        message =
            "Column %s of source %s, %s when the view read it, %s%s"
                .formatted(
                    path, seen.table(), column.type(), change.words(now), remedy(change, view));
      }
    }
    return gravest == ColumnChange.NONE ? Optional.empty() : Optional.of(message);
  }

  private static String remedy(ColumnChange change, boolean view) {
    return switch (change) {
      case REPLACED -> view ? "" : "; apply the definition again to have the view read that one";
      case GONE -> "; change the definition and apply it";
      default -> "";
    };
  }

  private SourceState byDistance(long current, SnapshotDistance distance) {
    TableName table = seen.table();
    if (distance.known() && distance.undone() > 0) {
      return state(
          current,
          distance,
          Reason.SOURCE_ROLLED_BACK,
          "Source %s was rolled back or replaced: %s that the view has seen undone, %d new"
              .formatted(table, changes(distance.undone()), distance.unseen()));
    }
    if (distance.known() && distance.unseen() == 0) {
      return state(current, distance, Reason.UP_TO_DATE, "Source " + table + " is unchanged");
    }
    String changes = unseen(distance);
    if (distance.seenGone()) {
      return state(
          current,
          distance,
          Reason.SOURCE_SNAPSHOT_EXPIRED,
          "%s, and snapshot %d that it has seen has expired".formatted(changes, seen.snapshotId()));
    }
    return state(current, distance, Reason.SOURCE_CHANGED, changes);
  }

  private String unseen(SnapshotDistance distance) {
    if (!distance.known() && distance.unseen() == 0) {
      return "Source %s may have changes that the view has not seen, in snapshots that have expired"
          .formatted(seen.table());
    }
    return "Source %s has %s%s that the view has not seen"
        .formatted(seen.table(), distance.known() ? "" : "at least ", changes(distance.unseen()));
  }

  private static String changes(int count) {
    return count == 1 ? "1 change" : count + " changes";
  }

  private SourceState state(
      long current, SnapshotDistance distance, Reason reason, String message) {
    return new SourceState(
        seen.table(),
        seen.direct(),
        seen.snapshotId(),
        current,
        distance.unseen() + distance.undone(),
        distance.since(),
        distance.known(),
        reason,
        message,
        new SourceState.Finding(reason, message),
        Optional.empty());
  }
}
