package io.bergview.staleness.damage;

import static java.util.Objects.requireNonNull;

import io.bergview.catalog.lineage.UnreadableMetadata;
import io.bergview.errors.StorageException;
import io.bergview.staleness.damage.LostFile.LostFileKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.ManifestContent;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.ManifestReader;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.io.InputFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the files that a snapshot names are there, with the lengths that its metadata gives, and
 * whether its manifests can be read.
 */
public final class SnapshotCheck {
  private static final Logger LOG = LoggerFactory.getLogger(SnapshotCheck.class);
  private static final long UNKNOWN = -1;
  private static final String UNREADABLE = "is damaged and cannot be read";
  private static final List<String> LOCATIONS =
      List.of("content", "file_path", "file_size_in_bytes");

  /** With the metrics of columns, which take most of the time that a manifest is read for. */
  private static final List<String> EVERYTHING = List.of("*");

  private final Table table;
  private final Snapshot snapshot;

  /** What is read of an entry of a manifest. */
  private final List<String> columns;

  private SnapshotCheck(Table table, Snapshot snapshot, List<String> columns) {
    this.table = table;
    this.snapshot = snapshot;
    this.columns = columns;
  }

  /** The first lost file of any kind. Checks each file in the storage. */
  public static Optional<LostFile> firstLost(Table table, Snapshot snapshot) {
    SnapshotCheck check = new SnapshotCheck(table, snapshot, LOCATIONS);
    return check.lostMetadata().or(check::lostContent);
  }

  /** The first manifest that is lost, or the list of them. */
  public static Optional<LostFile> firstLostMetadata(Table table, Snapshot snapshot) {
    return new SnapshotCheck(table, snapshot, LOCATIONS).lostMetadata();
  }

  /** As {@link #firstLost}, after a failure: everything in a manifest is read. */
  static Optional<LostFile> reasonOfFailure(Table table, Snapshot snapshot) {
    SnapshotCheck check = new SnapshotCheck(table, snapshot, EVERYTHING);
    return check.lostMetadata().or(check::lostContent);
  }

  /** As {@link #firstLostMetadata}, after a failure: everything in a manifest is read. */
  static Optional<LostFile> metadataReasonOfFailure(Table table, Snapshot snapshot) {
    return new SnapshotCheck(table, snapshot, EVERYTHING).lostMetadata();
  }

  /** Compares a file with its expected state; empty if it matches. */
  static Optional<LostFile> look(Table table, LostFile file) {
    boolean damagedMetadata = file.kind().isMetadata() && file.problem().equals(UNREADABLE);
    Snapshot current = table.currentSnapshot();
    return damagedMetadata && current != null
        ? metadataReasonOfFailure(table, current)
        : new LengthCheck(table).look(file.location(), file.kind(), file.bytes());
  }

  /** Whether the snapshot names this file; one whose metadata is lost may. */
  static boolean names(Table table, Snapshot snapshot, LostFile file) {
    SnapshotCheck check = new SnapshotCheck(table, snapshot, EVERYTHING);
    if (file.location().equals(snapshot.manifestListLocation())) {
      return true;
    }
    if (check.lostMetadata().isPresent()) {
      return true;
    }
    for (ManifestFile manifest : snapshot.allManifests(table.io())) {
      if (manifest.path().equals(file.location())
          || (!file.kind().isMetadata() && check.names(manifest, file.location()))) {
        return true;
      }
    }
    return false;
  }

  private boolean names(ManifestFile manifest, String location) {
    try (ManifestReader<? extends ContentFile<?>> files = open(manifest)) {
      for (ContentFile<?> file : files) {
        if (file.location().equals(location)) {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Optional<LostFile> lostMetadata() {
    LengthCheck lengths = new LengthCheck(table);
    String list = snapshot.manifestListLocation();
    if (list != null) {
      Optional<LostFile> lost = lengths.look(list, LostFileKind.MANIFEST_LIST, UNKNOWN);
      if (lost.isPresent()) {
        return lost;
      }
    }
    List<ManifestFile> manifests;
    try {
      manifests = snapshot.allManifests(table.io());
    } catch (NotFoundException gone) {
      return Optional.of(
          new LostFile(
              String.valueOf(list), LostFileKind.MANIFEST_LIST, UNKNOWN, LengthCheck.NOT_THERE));
    } catch (RuntimeException | OutOfMemoryError unreadable) {
      throwIfRefused(unreadable);
      LOG.debug("Cannot read manifest list {}", list, unreadable);
      return Optional.of(
          new LostFile(String.valueOf(list), LostFileKind.MANIFEST_LIST, UNKNOWN, UNREADABLE));
    }
    return manifests.stream().flatMap(manifest -> lost(lengths, manifest).stream()).findFirst();
  }

  private Optional<LostFile> lost(LengthCheck lengths, ManifestFile manifest) {
    Optional<LostFile> lost;
    try {
      lost = lengths.look(manifest.path(), LostFileKind.MANIFEST, manifest.length());
    } catch (RuntimeException noLocation) {
      throwIfRefused(noLocation);
      lost = Optional.of(new LostFile(manifest.path(), LostFileKind.MANIFEST, UNKNOWN, UNREADABLE));
    }
    return lost.isPresent() || isReadable(manifest)
        ? lost
        : Optional.of(
            new LostFile(manifest.path(), LostFileKind.MANIFEST, manifest.length(), UNREADABLE));
  }

  /** Reads it to its end. */
  private boolean isReadable(ManifestFile manifest) {
    try (ManifestReader<? extends ContentFile<?>> files = open(manifest)) {
      for (ContentFile<?> file : files) {
        requireNonNull(file.location(), "a file has no location");
      }
      return true;
    } catch (IOException | RuntimeException | OutOfMemoryError unreadable) {
      throwIfRefused(unreadable);
      LOG.debug("Cannot read manifest {}", manifest.path(), unreadable);
      return false;
    }
  }

  /** A connection that breaks says nothing of a file. */
  private void throwIfRefused(Throwable failure) {
    Optional<StorageException> refused = UnreadableMetadata.refused(table, failure);
    if (refused.isPresent()) {
      throw refused.get();
    }
  }

  private Optional<LostFile> lostContent() {
    LengthCheck lengths = new LengthCheck(table);
    Set<String> seen = new HashSet<>();
    for (ManifestFile manifest : snapshot.allManifests(table.io())) {
      try (ManifestReader<? extends ContentFile<?>> files = open(manifest)) {
        for (ContentFile<?> file : files) {
          LostFileKind kind =
              file.content() == FileContent.DATA
                  ? LostFileKind.DATA_FILE
                  : LostFileKind.DELETE_FILE;
          Optional<LostFile> lost =
              seen.add(file.location())
                  ? lengths.look(file.location(), kind, file.fileSizeInBytes())
                  : Optional.empty();
          if (lost.isPresent()) {
            return lost;
          }
        }
      } catch (NotFoundException gone) {
        return Optional.of(
            new LostFile(
                manifest.path(), LostFileKind.MANIFEST, manifest.length(), LengthCheck.NOT_THERE));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return Optional.empty();
  }

  private ManifestReader<? extends ContentFile<?>> open(ManifestFile manifest) {
    return manifest.content() == ManifestContent.DATA
        ? ManifestFiles.read(manifest, table.io(), table.specs()).select(columns)
        : ManifestFiles.readDeleteManifest(manifest, table.io(), table.specs()).select(columns);
  }

  /** Compares a file with what the metadata says of it. */
  private record LengthCheck(Table table) {
    private static final String NOT_THERE = "is not there";

    Optional<LostFile> look(String location, LostFileKind kind, long bytes) {
      InputFile file = table.io().newInputFile(location);
      if (!file.exists()) {
        return Optional.of(new LostFile(location, kind, bytes, NOT_THERE));
      }
      long length = file.getLength();
      boolean whole = bytes == UNKNOWN ? length > 0 : length == bytes;
      return whole
          ? Optional.empty()
          : Optional.of(
              new LostFile(
                  location,
                  kind,
                  bytes,
                  bytes == UNKNOWN
                      ? "is empty"
                      : "has %d bytes instead of %d".formatted(length, bytes)));
    }
  }
}
