package io.bergview.catalog.lineage;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;

/**
 * Finds the lineage of a table's current data.
 *
 * <p>Every refresh commits its lineage in the summary of its snapshot. Other writers' maintenance
 * (compaction) makes {@code replace} snapshots without it, and they change no rows ({@link
 * SnapshotRewrite}): so the valid lineage is that of the nearest ancestor separated by an unbroken
 * chain of them. Any other snapshot without lineage is a foreign write. If the snapshot that
 * carried the lineage has expired, the oldest {@code replace} snapshot still names it as its
 * parent, and the property {@code bergview.lineage} holds a mirror of its summary under the same
 * id.
 */
public sealed interface LineageLookup {
  /** The table property that holds the mirror. */
  String MIRROR_PROPERTY = "bergview.lineage";

  /**
   * The lineage that holds now.
   *
   * @param snapshotId of the snapshot that carried it, which may have expired
   * @param refresh what that snapshot says of its refresh; empty where a change of the definition
   *     carried the lineage over
   * @param summary the entries of that snapshot's summary that are Bergview's
   */
  record RecordedLineage(
      Lineage lineage,
      long snapshotId,
      Optional<RefreshRecord> refresh,
      Map<String, String> summary)
      implements LineageLookup {
    public RecordedLineage {
      requireNonNull(lineage, "lineage is null");
      requireNonNull(refresh, "refresh is null");
      summary = Map.copyOf(summary);
    }

    /** The entries that a snapshot repeats which changes no row, so that the lineage is its too. */
    public Map<String, String> carriedOn() {
      Map<String, String> carried = new TreeMap<>(summary);
      carried
          .keySet()
          .retainAll(
              Set.of(
                  SummaryKeys.REFRESH_STATE,
                  SummaryKeys.SOURCES,
                  SummaryKeys.REFRESH_ID,
                  SummaryKeys.BATCH));
      return carried;
    }
  }

  /** The table has data whose origin is not known. */
  record LostLineage(Cause cause, String message) implements LineageLookup {
    public LostLineage {
      requireNonNull(cause, "cause is null");
      requireNonNull(message, "message is null");
    }
  }

  /** No refresh has committed to the table, and nothing else has. */
  record NeverRefreshed() implements LineageLookup {}

  /** How a lineage is lost. */
  enum Cause {
    /** The snapshot that carried it is gone, or its lineage cannot be read. */
    LINEAGE_LOST,
    /** A writer other than a refresh wrote data. */
    FOREIGN_WRITES
  }

  /** The lineage of the table's current snapshot. */
  static LineageLookup of(Table table) {
    Snapshot current = table.currentSnapshot();
    if (current != null) {
      return from(current, table);
    }
    return table.properties().containsKey(MIRROR_PROPERTY)
        ? new LostLineage(
            Cause.LINEAGE_LOST,
            "Table " + table.name() + " had data and has no snapshot now: it was replaced")
        : new NeverRefreshed();
  }

  /** The lineage of one of the table's snapshots. */
  static LineageLookup of(Table table, Snapshot snapshot) {
    return from(snapshot, table);
  }

  private static LineageLookup from(Snapshot start, Table table) {
    Snapshot snapshot = start;
    while (true) {
      Map<String, String> summary = snapshot.summary() == null ? Map.of() : snapshot.summary();
      if (summary.containsKey(SummaryKeys.REFRESH_STATE)) {
        return read(LineageMirror.of(snapshot), table);
      }
      SnapshotKind kind = SnapshotKind.of(table, snapshot);
      if (kind != SnapshotKind.DEFINITION && kind != SnapshotKind.REWRITE) {
        return new LostLineage(Cause.FOREIGN_WRITES, foreign(snapshot, table));
      }
      Long parentId = snapshot.parentId();
      if (parentId == null) {
        return kind == SnapshotKind.DEFINITION ? new NeverRefreshed() : lost(table, snapshot);
      }
      Snapshot parent = table.snapshot(parentId);
      if (parent == null) {
        return fromMirror(parentId, snapshot, table);
      }
      snapshot = parent;
    }
  }

  private static LineageLookup fromMirror(long expiredId, Snapshot oldest, Table table) {
    String text = table.properties().get(MIRROR_PROPERTY);
    LineageMirror mirror = text == null ? null : readMirror(text);
    return mirror != null && mirror.snapshotId() == expiredId
        ? read(mirror, table)
        : lost(table, oldest);
  }

  private static @Nullable LineageMirror readMirror(String text) {
    try {
      return LineageMirror.fromJson(text);
    } catch (IllegalArgumentException unreadable) {
      return null;
    }
  }

  private static LineageLookup read(LineageMirror carrier, Table table) {
    try {
      return Lineage.carriedBy(carrier.summary())
          .<LineageLookup>map(
              lineage ->
                  new RecordedLineage(
                      lineage,
                      carrier.snapshotId(),
                      RefreshRecord.of(carrier.summary()),
                      carrier.summary()))
          .orElseGet(
              () ->
                  new LostLineage(
                      Cause.LINEAGE_LOST,
                      "The lineage of table " + table.name() + " is not in its mirror"));
    } catch (IllegalArgumentException e) {
      return new LostLineage(
          Cause.LINEAGE_LOST,
          "The lineage in snapshot %d of table %s cannot be read: %s"
              .formatted(carrier.snapshotId(), table.name(), e.getMessage()));
    }
  }

  private static String foreign(Snapshot snapshot, Table table) {
    return DataOperations.REPLACE.equals(snapshot.operation())
        ? "Snapshot %d (replace) of table %s was not written by a refresh and has not as many rows as the one before, so it is not a compaction"
            .formatted(snapshot.snapshotId(), table.name())
        : "Snapshot %d (%s) of table %s was written by something other than a refresh"
            .formatted(snapshot.snapshotId(), snapshot.operation(), table.name());
  }

  private static LostLineage lost(Table table, Snapshot oldest) {
    return new LostLineage(
        Cause.LINEAGE_LOST,
        "The snapshot before %d of table %s carried its lineage and is gone"
            .formatted(oldest.snapshotId(), table.name()));
  }
}
