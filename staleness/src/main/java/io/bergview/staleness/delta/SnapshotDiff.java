package io.bergview.staleness.delta;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.Snapshot;
import org.jspecify.annotations.Nullable;

/**
 * live(after) - live(before) of any two snapshots of a table that can be read.
 *
 * <p>Manifests never change, so a file in a data manifest that both snapshots have is live in both,
 * and a difference only if its deletes differ. So it is enough to plan
 *
 * <ol>
 *   <li>the data manifests that one of the two has alone, each at its own end, and
 *   <li>where deletes differ, those of the shared data manifests that may hold a file which a
 *       changed delete touches, at both ends. That a file was met in a manifest of the first kind
 *       does not mean that no shared manifest lists it too.
 * </ol>
 *
 * <p>What is planned on both sides with the same deletes cancels.
 */
final class SnapshotDiff {
  private final ManifestReads planning;

  SnapshotDiff(ManifestReads planning) {
    this.planning = planning;
  }

  /**
   * @param before null for no rows
   * @param after null for no rows
   */
  void addTo(SignedFiles terms, @Nullable Snapshot before, @Nullable Snapshot after) {
    List<ManifestFile> dataBefore = before == null ? List.of() : planning.dataManifests(before);
    List<ManifestFile> dataAfter = after == null ? List.of() : planning.dataManifests(after);
    plan(terms, before, without(dataBefore, dataAfter), -1);
    plan(terms, after, without(dataAfter, dataBefore), +1);
    if (before == null || after == null) {
      return;
    }
    List<ManifestFile> deletesBefore = planning.deleteManifests(before);
    List<ManifestFile> deletesAfter = planning.deleteManifests(after);
    ChangedDeletes changed =
        ChangedDeletes.between(
            planning, without(deletesBefore, deletesAfter), without(deletesAfter, deletesBefore));
    if (changed.isEmpty()) {
      return;
    }
    Set<String> shared = paths(dataBefore);
    List<ManifestFile> touched =
        changed.touched(
            dataAfter.stream().filter(manifest -> shared.contains(manifest.path())).toList());
    plan(terms, before, touched, -1);
    plan(terms, after, touched, +1);
  }

  private void plan(
      SignedFiles terms, @Nullable Snapshot snapshot, List<ManifestFile> manifests, int sign) {
    if (snapshot != null) {
      terms.add(planning.plan(snapshot, manifests), sign);
    }
  }

  private static List<ManifestFile> without(List<ManifestFile> some, List<ManifestFile> others) {
    Set<String> paths = paths(others);
    return some.stream().filter(manifest -> !paths.contains(manifest.path())).toList();
  }

  private static Set<String> paths(List<ManifestFile> manifests) {
    return manifests.stream().map(ManifestFile::path).collect(Collectors.toSet());
  }
}
