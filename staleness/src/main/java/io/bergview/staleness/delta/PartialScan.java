package io.bergview.staleness.delta;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.io.FileIO;
import org.jspecify.annotations.Nullable;

/**
 * A table with a snapshot reduced to some of its manifests. Iceberg plans a scan of it like any
 * other, so Iceberg alone decides which deletes apply to a file.
 */
final class PartialScan extends BaseTable {
  private static final long serialVersionUID = 1L;

  private final transient PartialSnapshot snapshot;

  private PartialScan(TableOperations operations, String name, PartialSnapshot snapshot) {
    // Without a reporter of its own it would log a report of each scan.
    super(operations, name, report -> {});
    this.snapshot = snapshot;
  }

  static Table of(
      Table table, Snapshot snapshot, List<ManifestFile> data, List<ManifestFile> deletes) {
    return new PartialScan(
        ((HasTableOperations) table).operations(),
        table.name(),
        new PartialSnapshot(snapshot, data, deletes));
  }

  @Override
  public @Nullable Snapshot snapshot(long snapshotId) {
    return snapshotId == snapshot.snapshotId() ? snapshot : super.snapshot(snapshotId);
  }

  /** A snapshot with fewer manifests. */
  private static final class PartialSnapshot implements Snapshot {
    private static final long serialVersionUID = 1L;

    private final Snapshot whole;
    private final transient List<ManifestFile> data;
    private final transient List<ManifestFile> deletes;

    PartialSnapshot(Snapshot whole, List<ManifestFile> data, List<ManifestFile> deletes) {
      this.whole = requireNonNull(whole, "whole is null");
      this.data = List.copyOf(data);
      this.deletes = List.copyOf(deletes);
    }

    @Override
    public List<ManifestFile> dataManifests(FileIO io) {
      return data;
    }

    @Override
    public List<ManifestFile> deleteManifests(FileIO io) {
      return deletes;
    }

    @Override
    public List<ManifestFile> allManifests(FileIO io) {
      throw new UnsupportedOperationException("a scan asks for data and delete manifests");
    }

    @Override
    public Iterable<DataFile> addedDataFiles(FileIO io) {
      throw new UnsupportedOperationException("not a question to a part of a snapshot");
    }

    @Override
    public Iterable<DataFile> removedDataFiles(FileIO io) {
      throw new UnsupportedOperationException("not a question to a part of a snapshot");
    }

    @Override
    public long sequenceNumber() {
      return whole.sequenceNumber();
    }

    @Override
    public long snapshotId() {
      return whole.snapshotId();
    }

    @Override
    public @Nullable Long parentId() {
      return whole.parentId();
    }

    @Override
    public long timestampMillis() {
      return whole.timestampMillis();
    }

    @Override
    public String operation() {
      return whole.operation();
    }

    @Override
    public Map<String, String> summary() {
      return whole.summary();
    }

    @Override
    public String manifestListLocation() {
      return whole.manifestListLocation();
    }

    @Override
    public @Nullable Integer schemaId() {
      return whole.schemaId();
    }
  }
}
