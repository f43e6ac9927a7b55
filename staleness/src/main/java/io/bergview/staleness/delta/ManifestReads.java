package io.bergview.staleness.delta;

import io.bergview.catalog.ContradictoryMetadata;
import io.bergview.catalog.ManifestReading;
import io.bergview.catalog.lineage.UnreadableMetadata;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableScan;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.io.CloseableIterable;

/** Reads the manifests of one table for one delta, and counts what was read. */
final class ManifestReads {
  private final Table table;
  private final Map<String, PartitionRanges> ranges = new HashMap<>();
  private final Set<String> equalityScopes = new TreeSet<>();
  private int manifestsRead;

  ManifestReads(Table table) {
    this.table = table;
  }

  Map<Integer, PartitionSpec> specs() {
    return table.specs();
  }

  PartitionRanges ranges(ManifestFile manifest) {
    return ranges.computeIfAbsent(
        manifest.path(), unused -> PartitionRanges.of(manifest, table.specs()));
  }

  List<ManifestFile> dataManifests(Snapshot snapshot) {
    return snapshot.dataManifests(table.io());
  }

  List<ManifestFile> deleteManifests(Snapshot snapshot) {
    return snapshot.deleteManifests(table.io());
  }

  /** The live files of some data manifests of a snapshot, each with all deletes that apply. */
  List<FileScanTask> plan(Snapshot snapshot, List<ManifestFile> manifests) {
    List<ManifestFile> data = manifests.stream().filter(ManifestReads::hasLiveFiles).toList();
    if (data.isEmpty()) {
      return List.of();
    }
    List<ManifestFile> deletes =
        deleteManifests(snapshot).stream().filter(delete -> mayApply(delete, data)).toList();
    manifestsRead += data.size() + deletes.size();
    TableScan scan =
        PartialScan.of(table, snapshot, data, deletes)
            .newScan()
            .useSnapshot(snapshot.snapshotId())
            .planWith(ManifestReading.executor(table, data.size() + deletes.size()))
            .ignoreResiduals();
    List<FileScanTask> tasks = new ArrayList<>();
    drain(scan.planFiles(), tasks::add);
    return tasks;
  }

  /**
   * Whether a manifest's deletes may apply to a file of the others. A delete applies to files that
   * are not newer than it, and within its own partition; equality deletes of an unpartitioned spec
   * apply everywhere.
   */
  private boolean mayApply(ManifestFile delete, List<ManifestFile> data) {
    if (!hasLiveFiles(delete)) {
      return false;
    }
    boolean everywhere = isUnpartitioned(delete.partitionSpecId());
    return data.stream()
        .anyMatch(
            files ->
                files.minSequenceNumber() <= delete.sequenceNumber()
                    && (everywhere || ranges(files).overlap(ranges(delete))));
  }

  boolean isUnpartitioned(int specId) {
    PartitionSpec spec = table.specs().get(specId);
    return spec == null || spec.isUnpartitioned();
  }

  /** The live delete files of a manifest. */
  void forEachDelete(ManifestFile manifest, Consumer<DeleteFile> action) {
    if (hasLiveFiles(manifest)) {
      manifestsRead++;
      drain(ManifestFiles.readDeleteManifest(manifest, table.io(), table.specs()), action);
    }
  }

  /** Sorted hashes of the locations of the live data files of each manifest. */
  List<long[]> locations(List<ManifestFile> manifests) {
    AtomicInteger read = new AtomicInteger();
    List<long[]> locations =
        ManifestLocations.shared()
            .of(
                table,
                manifests,
                manifest -> {
                  read.incrementAndGet();
                  LongStream.Builder hashes = LongStream.builder();
                  drain(
                      ManifestFiles.readPaths(manifest, table.io(), table.specs()),
                      location -> hashes.add(ManifestLocations.hash(location)));
                  return hashes.build().toArray();
                });
    manifestsRead += read.get();
    return locations;
  }

  static boolean hasLiveFiles(ManifestFile manifest) {
    return manifest.hasAddedFiles() || manifest.hasExistingFiles();
  }

  private <T> void drain(CloseableIterable<? extends T> items, Consumer<T> action) {
    try (items) {
      items.forEach(action);
    } catch (ValidationException e) {
      throw ContradictoryMetadata.of(table, e);
    } catch (IOException e) {
      throw UnreadableMetadata.of(table, e);
    }
  }

  void coveredByEqualityDeletes(String scope) {
    equalityScopes.add(scope);
  }

  Set<String> equalityScopes() {
    return equalityScopes;
  }

  int manifestsRead() {
    return manifestsRead;
  }
}
