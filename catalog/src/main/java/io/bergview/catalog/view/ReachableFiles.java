package io.bergview.catalog.view;

import static java.util.Objects.requireNonNull;

import io.bergview.catalog.storage.Locations;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.avro.AvroRuntimeException;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.ManifestContent;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.ManifestReader;
import org.apache.iceberg.PartitionStatisticsFile;
import org.apache.iceberg.ReachableFileUtil;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.StatisticsFile;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.exceptions.RuntimeIOException;

/** The files that a table's snapshots name. */
public final class ReachableFiles {
  private static final long UNKNOWN = 0;

  private final Table table;
  private final MissingPolicy whereGone;
  private final Set<String> manifests = new HashSet<>();
  private final Map<String, ReachableFile> files = new TreeMap<>();

  /** What a file is. */
  public enum FileKind {
    DATA,
    DELETES,
    /** Manifests, and the lists of them. */
    MANIFESTS,
    /** Of a table or its partitions. */
    STATISTICS
  }

  /** What is done where a manifest, or a list of them, is not there any more, or not whole. */
  public enum MissingPolicy {
    /** What it named is not known; the rest is. */
    PASS_OVER,
    /** {@link NotFoundException}: nothing may be concluded from what is not found. */
    FAIL
  }

  /**
   * A file as the metadata names it.
   *
   * @param bytes its length; 0 where the metadata does not say
   */
  public record ReachableFile(String location, FileKind kind, long bytes) {
    public ReachableFile {
      requireNonNull(location, "location is null");
      requireNonNull(kind, "kind is null");
    }
  }

  private ReachableFiles(Table table, MissingPolicy whereGone) {
    this.table = table;
    this.whereGone = whereGone;
  }

  /**
   * Every file of some snapshots of a table.
   *
   * @return by {@link #key}
   */
  public static Map<String, ReachableFile> of(
      Table table, Collection<Snapshot> snapshots, MissingPolicy whereGone) {
    ReachableFiles reachable = new ReachableFiles(table, whereGone);
    Set<Long> ids = new HashSet<>();
    for (Snapshot snapshot : snapshots) {
      ids.add(snapshot.snapshotId());
      reachable.addSnapshot(snapshot);
    }
    for (StatisticsFile statistics : table.statisticsFiles()) {
      if (ids.contains(statistics.snapshotId())) {
        reachable.add(statistics.path(), FileKind.STATISTICS, statistics.fileSizeInBytes());
      }
    }
    for (PartitionStatisticsFile statistics : table.partitionStatisticsFiles()) {
      if (ids.contains(statistics.snapshotId())) {
        reachable.add(statistics.path(), FileKind.STATISTICS, statistics.fileSizeInBytes());
      }
    }
    return reachable.files;
  }

  /**
   * Every file that a table's metadata names, in any snapshot that it still has, and the metadata
   * files; locations as the metadata spells them.
   */
  static Set<String> of(Table table) {
    Set<String> locations = new TreeSet<>(ReachableFileUtil.metadataFileLocations(table, true));
    List<Snapshot> all = new ArrayList<>();
    table.snapshots().forEach(all::add);
    of(table, all, MissingPolicy.PASS_OVER)
        .values()
        .forEach(file -> locations.add(file.location()));
    return locations;
  }

  /**
   * The files that only some snapshots reference. Reads the manifests of the expiring snapshots,
   * and those of retained ones only if an expiring one references files that may be unreferenced
   * otherwise.
   *
   * @param staying all retained snapshots of the same table
   * @return manifests, manifest lists, data and delete files, by {@link #key}
   * @throws NotFoundException if a manifest of a retained snapshot is gone
   */
  public static Map<String, ReachableFile> onlyIn(
      Table table, Collection<Snapshot> going, Collection<Snapshot> staying) {
    ReachableFiles kept = new ReachableFiles(table, MissingPolicy.FAIL);
    List<ManifestFile> keptManifests = new ArrayList<>();
    staying.forEach(snapshot -> keptManifests.addAll(kept.addLists(snapshot)));
    ReachableFiles freed = new ReachableFiles(table, MissingPolicy.PASS_OVER);
    freed.manifests.addAll(kept.manifests);
    for (Snapshot snapshot : going) {
      freed.addLists(snapshot).forEach(freed::addContents);
    }
    freed.files.keySet().removeAll(kept.files.keySet());
    if (freed.files.values().stream().anyMatch(file -> file.kind() != FileKind.MANIFESTS)) {
      keptManifests.forEach(kept::addContents);
      freed.files.keySet().removeAll(kept.files.keySet());
    }
    return freed.files;
  }

  /** One key for all spellings of a location. */
  public static String key(String location) {
    try {
      return Locations.normalise(location);
    } catch (IllegalArgumentException notNormal) {
      return location;
    }
  }

  private void add(String location, FileKind kind, long bytes) {
    files.putIfAbsent(key(location), new ReachableFile(location, kind, bytes));
  }

  private void addSnapshot(Snapshot snapshot) {
    addLists(snapshot).forEach(this::addContents);
  }

  /** Adds the list of manifests and those that were not seen before, and returns these. */
  private List<ManifestFile> addLists(Snapshot snapshot) {
    if (snapshot.manifestListLocation() != null) {
      add(snapshot.manifestListLocation(), FileKind.MANIFESTS, UNKNOWN);
    }
    List<ManifestFile> added = new ArrayList<>();
    try {
      for (ManifestFile manifest : snapshot.allManifests(table.io())) {
        if (manifests.add(manifest.path())) {
          add(manifest.path(), FileKind.MANIFESTS, manifest.length());
          added.add(manifest);
        }
      }
    } catch (NotFoundException | RuntimeIOException | AvroRuntimeException unreadable) {
      passOver(unreadable);
    }
    return added;
  }

  private void addContents(ManifestFile manifest) {
    try (ManifestReader<? extends ContentFile<?>> reader =
        manifest.content() == ManifestContent.DATA
            ? ManifestFiles.read(manifest, table.io(), table.specs())
            : ManifestFiles.readDeleteManifest(manifest, table.io(), table.specs())) {
      for (ContentFile<?> file : reader) {
        FileKind kind = file.content() == FileContent.DATA ? FileKind.DATA : FileKind.DELETES;
        add(file.location(), kind, file.fileSizeInBytes());
      }
    } catch (NotFoundException | RuntimeIOException | AvroRuntimeException unreadable) {
      passOver(unreadable);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void passOver(RuntimeException gone) {
    if (whereGone == MissingPolicy.FAIL) {
      throw gone;
    }
  }
}
