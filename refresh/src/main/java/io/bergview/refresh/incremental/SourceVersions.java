package io.bergview.refresh.incremental;

import static java.util.Objects.requireNonNull;

import io.bergview.catalog.Catalogs;
import io.bergview.catalog.lineage.Lineage;
import io.bergview.catalog.lineage.SourceSnapshot;
import io.bergview.catalog.lineage.SummaryNumbers;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.StorageException;
import io.bergview.pipeline.engine.EngineSession;
import io.bergview.projection.definition.TableName;
import io.bergview.projection.definition.ViewDefinition;
import io.bergview.projection.plan.SourceTable;
import io.bergview.refresh.pin.PinnedSources;
import io.bergview.staleness.SameRows;
import io.bergview.staleness.SnapshotRows;
import io.bergview.staleness.delta.SourceDelta;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Function;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;

/**
 * The sources of a view in two versions: as its lineage recorded them, and as they are pinned now.
 */
final class SourceVersions {
  private final PinnedSources pinned;
  private final Map<String, SourceTable> sources;
  private final Map<String, OptionalLong> seen = new LinkedHashMap<>();

  /**
   * @param sources by type, with the columns to read
   */
  SourceVersions(
      Catalogs catalogs, PinnedSources pinned, Lineage lineage, Map<String, SourceTable> sources) {
    this.pinned = pinned;
    this.sources = new LinkedHashMap<>(sources);
    Map<TableName, OptionalLong> snapshots = new LinkedHashMap<>();
    for (SourceSnapshot source : lineage.sources()) {
      snapshots.put(
          catalogs.qualified(source.table()),
          source.snapshotId() == SourceSnapshot.NONE
              ? OptionalLong.empty()
              : OptionalLong.of(source.snapshotId()));
    }
    sources.forEach(
        (type, source) -> {
          OptionalLong snapshot = snapshots.get(catalogs.qualified(source.table()));
          if (snapshot == null) {
            throw new StorageException(
                ErrorCode.FORMAT_UNSUPPORTED,
                "The stored definition reads %s, which the lineage of its rows does not name: somebody has changed it; apply the definition again, or refresh with --full"
                    .formatted(source.table()));
          }
          seen.put(type, readable(snapshot, pinned.table(type)));
        });
  }

  /** Expired snapshots are kept, so that reading them reports the error. */
  private static OptionalLong readable(OptionalLong seen, Table table) {
    if (seen.isEmpty()) {
      return seen;
    }
    OptionalLong there = SameRows.readable(seen.getAsLong(), table);
    return there.isPresent() ? there : seen;
  }

  /** Where each source is read as the view has read it. */
  SourceReads before(EngineSession session) {
    return reads(session, seen::get);
  }

  /** With each source at its current snapshot. */
  SourceReads now(EngineSession session) {
    return reads(session, type -> PinnedSources.snapshot(pinned.table(type)));
  }

  private SourceReads reads(EngineSession session, Function<String, OptionalLong> snapshot) {
    Map<String, SourceReads.PinnedTable> places = new LinkedHashMap<>();
    sources.forEach(
        (type, source) ->
            places.put(
                type,
                new SourceReads.PinnedTable(source, pinned.table(type), snapshot.apply(type))));
    return new SourceReads(session, places);
  }

  /** By type, the changes of its table according to metadata, without unchanged ones. */
  Map<String, SourceDelta> deltas() {
    return deltas(SourceDelta::between);
  }

  /** The same from the two end snapshots alone, if a file in between is gone. */
  Map<String, SourceDelta> deltasOfEnds() {
    return deltas(SourceDelta::betweenEnds);
  }

  private interface DeltaFunction {
    SourceDelta between(Table table, OptionalLong from, OptionalLong to);
  }

  private Map<String, SourceDelta> deltas(DeltaFunction way) {
    Map<String, SourceDelta> deltas = new LinkedHashMap<>();
    seen.forEach(
        (type, from) -> {
          Table table = pinned.table(type);
          SourceDelta delta = way.between(table, from, PinnedSources.snapshot(table));
          if (!delta.isEmpty()) {
            deltas.put(type, delta);
          }
        });
    return deltas;
  }

  Table table(String type) {
    return pinned.table(type);
  }

  SourceTable source(String type) {
    return requireNonNull(sources.get(type), type);
  }

  /** The current number of rows of a source, according to its metadata. */
  long rows(String type) {
    return SnapshotRows.of(pinned.table(type)).orZero();
  }

  /** What refreshing a view costs. */
  RefreshCosts costs(ViewDefinition view, Table stored) {
    String size = SnapshotSummary.TOTAL_FILE_SIZE_PROP;
    long sourceBytes = sources.keySet().stream().mapToLong(type -> total(type, size)).sum();
    return new RefreshCosts(view, sourceBytes, total(stored, size));
  }

  private long total(String type, String property) {
    return total(pinned.table(type), property);
  }

  static long total(Table table, String property) {
    Snapshot snapshot = table.currentSnapshot();
    return snapshot == null ? 0 : SummaryNumbers.number(snapshot.summary(), property, 0);
  }
}
