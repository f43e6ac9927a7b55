package io.bergview.staleness.delta;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.util.ContentFileUtil;
import org.apache.iceberg.util.PartitionMap;
import org.jspecify.annotations.Nullable;

/**
 * The delete files that only one of two snapshots has, and the common data manifests that may hold
 * files they apply to. Chooses manifests, never files: too many cost time, not rows.
 */
final class ChangedDeletes {
  private record Version(DeleteKey key, @Nullable Long sequenceNumber) {}

  /** What the deletes of one partition reach: files up to these sequence numbers. */
  private static final class Reach {
    /**
     * For deletes that may apply to any file of the partition; below every sequence number if there
     * are none.
     */
    private long anyFile = Long.MIN_VALUE;

    /** Of deletes for files by location, and hashes of those locations. */
    private long namedFiles = Long.MIN_VALUE;

    private final Set<Long> locations = new HashSet<>();
  }

  private final ManifestReads planning;
  private final PartitionMap<Reach> byPartition;

  /** Of equality deletes that apply to files of every partition and spec. */
  private long everywhere = Long.MIN_VALUE;

  private ChangedDeletes(ManifestReads planning) {
    this.planning = planning;
    this.byPartition = PartitionMap.create(planning.specs());
  }

  /**
   * @param before delete manifests that only the earlier snapshot has
   * @param after delete manifests that only the later one has
   */
  static ChangedDeletes between(
      ManifestReads planning, List<ManifestFile> before, List<ManifestFile> after) {
    Map<Version, DeleteFile> onlyBefore = new LinkedHashMap<>();
    Map<Version, DeleteFile> onlyAfter = new LinkedHashMap<>();
    before.forEach(
        manifest -> planning.forEachDelete(manifest, file -> onlyBefore.put(version(file), file)));
    after.forEach(
        manifest ->
            planning.forEachDelete(
                manifest,
                file -> {
                  if (onlyBefore.remove(version(file)) == null) {
                    onlyAfter.put(version(file), file);
                  }
                }));
    ChangedDeletes changed = new ChangedDeletes(planning);
    onlyBefore.values().forEach(changed::add);
    onlyAfter.values().forEach(changed::add);
    return changed;
  }

  private static Version version(DeleteFile file) {
    return new Version(DeleteKey.of(file), file.dataSequenceNumber());
  }

  private void add(DeleteFile file) {
    Long known = file.dataSequenceNumber();
    long sequenceNumber = known == null ? Long.MAX_VALUE : known;
    boolean equality = file.content() == FileContent.EQUALITY_DELETES;
    if (equality) {
      planning.coveredByEqualityDeletes(scope(file));
    }
    if (equality && planning.isUnpartitioned(file.specId())) {
      everywhere = Math.max(everywhere, sequenceNumber - 1);
      return;
    }
    Reach reach = byPartition.computeIfAbsent(file.specId(), file.partition(), Reach::new);
    String location = ContentFileUtil.referencedDataFileLocation(file);
    if (location == null) {
      reach.anyFile = Math.max(reach.anyFile, equality ? sequenceNumber - 1 : sequenceNumber);
    } else {
      reach.namedFiles = Math.max(reach.namedFiles, sequenceNumber);
      reach.locations.add(ManifestLocations.hash(location));
    }
  }

  private String scope(DeleteFile file) {
    PartitionSpec spec = planning.specs().get(file.specId());
    return spec == null || spec.isUnpartitioned()
        ? SourceDelta.WHOLE_TABLE
        : spec.partitionToPath(file.partition());
  }

  boolean isEmpty() {
    return everywhere == Long.MIN_VALUE && byPartition.isEmpty();
  }

  /**
   * The manifests to plan at both ends. A file that a delete names may be listed in several of
   * them, and also in others that the two snapshots do not share, so the search does not stop at
   * the first.
   *
   * @param shared data manifests that both snapshots have
   */
  List<ManifestFile> touched(List<ManifestFile> shared) {
    List<ManifestFile> touched = new ArrayList<>();
    List<ManifestFile> searched = new ArrayList<>();
    List<Set<Long>> wanted = new ArrayList<>();
    for (ManifestFile manifest : shared) {
      if (!ManifestReads.hasLiveFiles(manifest)) {
        continue;
      }
      List<Reach> reaching = reaching(manifest);
      if (reachesAnyFile(manifest, reaching)) {
        touched.add(manifest);
      } else {
        Set<Long> named = named(manifest, reaching);
        if (!named.isEmpty()) {
          searched.add(manifest);
          wanted.add(named);
        }
      }
    }
    List<long[]> locations = planning.locations(searched);
    for (int i = 0; i < searched.size(); i++) {
      if (ManifestLocations.anyOf(locations.get(i), wanted.get(i))) {
        touched.add(searched.get(i));
      }
    }
    return touched;
  }

  private boolean reachesAnyFile(ManifestFile manifest, List<Reach> reaching) {
    return manifest.minSequenceNumber() <= everywhere
        || reaching.stream().anyMatch(reach -> manifest.minSequenceNumber() <= reach.anyFile);
  }

  /** The files by location that the deletes are for and that the manifest may list. */
  private static Set<Long> named(ManifestFile manifest, List<Reach> reaching) {
    return reaching.stream()
        .filter(reach -> manifest.minSequenceNumber() <= reach.namedFiles)
        .flatMap(reach -> reach.locations.stream())
        .collect(Collectors.toSet());
  }

  private List<Reach> reaching(ManifestFile manifest) {
    PartitionRanges ranges = planning.ranges(manifest);
    List<Reach> reaching = new ArrayList<>();
    byPartition.forEach(
        (partition, reach) -> {
          if (ranges.holds(partition.first(), partition.second())) {
            reaching.add(reach);
          }
        });
    return reaching;
  }
}
