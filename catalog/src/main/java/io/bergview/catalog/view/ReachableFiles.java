package io.bergview.catalog.view;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.ManifestContent;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.ManifestReader;
import org.apache.iceberg.PartitionStatisticsFile;
import org.apache.iceberg.ReachableFileUtil;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.NotFoundException;

/** Every file that a table's metadata names, in any snapshot that it still has. */
final class ReachableFiles {
  private ReachableFiles() {}

  /** Locations as the metadata spells them. Metadata files that are gone lead no further. */
  static Set<String> of(Table table) {
    Set<String> files = new TreeSet<>(ReachableFileUtil.metadataFileLocations(table, true));
    files.addAll(ReachableFileUtil.statisticsFilesLocations(table));
    for (PartitionStatisticsFile statistics : table.partitionStatisticsFiles()) {
      files.add(statistics.path());
    }
    Set<String> manifests = new HashSet<>();
    for (Snapshot snapshot : table.snapshots()) {
      if (snapshot.manifestListLocation() != null) {
        files.add(snapshot.manifestListLocation());
      }
      addManifests(snapshot, table, manifests, files);
    }
    return files;
  }

  private static void addManifests(
      Snapshot snapshot, Table table, Set<String> seen, Set<String> files) {
    try {
      for (ManifestFile manifest : snapshot.allManifests(table.io())) {
        if (seen.add(manifest.path())) {
          files.add(manifest.path());
          addContents(manifest, table, files);
        }
      }
    } catch (NotFoundException gone) {
      return;
    }
  }

  private static void addContents(ManifestFile manifest, Table table, Set<String> files) {
    try (ManifestReader<? extends ContentFile<?>> reader =
        manifest.content() == ManifestContent.DATA
            ? ManifestFiles.read(manifest, table.io(), table.specs())
            : ManifestFiles.readDeleteManifest(manifest, table.io(), table.specs())) {
      for (ContentFile<?> file : reader) {
        files.add(file.location());
      }
    } catch (NotFoundException gone) {
      return;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
