package io.bergview.maintain;

import io.bergview.catalog.view.RegisteredView;
import io.bergview.errors.ConflictException;
import io.bergview.pipeline.context.ProjectContext;
import io.bergview.refresh.commit.MaintenanceCommit;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.util.PropertyUtil;

/**
 * Merges small manifests of data files where there are many. Those of delete files are removed with
 * their deletes, and Iceberg itself merges them from a hundred on.
 *
 * @param many the number from which they are merged
 */
record ManifestMerging(ProjectContext context, int many) {
  private static final int MOST_COMMITS = 10;

  /** The locations of those to merge; none if there are few. */
  Set<String> small(Table table, Snapshot current) {
    long target =
        PropertyUtil.propertyAsLong(
            table.properties(),
            TableProperties.MANIFEST_TARGET_SIZE_BYTES,
            TableProperties.MANIFEST_TARGET_SIZE_BYTES_DEFAULT);
    Set<String> small =
        current.dataManifests(table.io()).stream()
            .filter(manifest -> manifest.length() < target / 2)
            .map(ManifestFile::path)
            .collect(Collectors.toSet());
    return small.size() < many ? Set.of() : small;
  }

  /**
   * @return how many were merged
   * @throws ConflictException where others changed the view repeatedly
   */
  int merge(RegisteredView seen) {
    RegisteredView view = seen;
    for (int attempt = 1; ; attempt++) {
      Snapshot current = view.table().currentSnapshot();
      Set<String> small = current == null ? Set.of() : small(view.table(), current);
      if (small.isEmpty()) {
        return 0;
      }
      try {
        new MaintenanceCommit(view)
            .mergeManifests(
                manifest -> small.contains(manifest.path()), UUID.randomUUID().toString());
        return small.size();
      } catch (ConflictException e) {
        if (attempt == MOST_COMMITS) {
          throw e;
        }
      } catch (RuntimeException e) {
        throw context
            .catalogs()
            .failure(e, "merge manifests of view " + view.name(), view.catalog());
      }
      view = context.registry().find(view.name());
    }
  }
}
