package io.bergview.maintain;

import io.bergview.catalog.view.ReachableFiles;
import io.bergview.catalog.view.ReachableFiles.FileKind;
import io.bergview.catalog.view.ReachableFiles.MissingPolicy;
import io.bergview.catalog.view.ReachableFiles.ReachableFile;
import io.bergview.catalog.view.RegisteredView;
import io.bergview.catalog.view.ViewFolder;
import io.bergview.maintain.Expiry.Expired;
import io.bergview.maintain.VacuumResult.Freed;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.FileInfo;

/**
 * Expires snapshots of a view's table and deletes unreferenced files.
 *
 * <p>The folder is listed before the table is read: a file that appears in between is then
 * referenced by the table, or too young to be an orphan. Files of expired snapshots are deleted as
 * soon as no reader can be using them, since they cannot be referenced again; unreferenced files
 * are deleted only after the safety age, since a refresh may be writing them.
 */
final class ViewVacuum {
  /** Files that are neither named by the metadata nor left over. */
  private static final Set<String> OF_THE_CATALOG = Set.of("version-hint.text", ".bergview.lock");

  private final RegisteredView view;
  private final Table table;
  private final ViewFolder folder;
  private final Expiry expiry;
  private final boolean dryRun;
  private final Map<String, Long> sizes = new HashMap<>();
  private final Map<FileKind, Long> freed = new EnumMap<>(FileKind.class);
  private long metadataFiles;
  private long orphans;
  private long bytes;

  ViewVacuum(RegisteredView view, ViewFolder folder, Expiry expiry, boolean dryRun) {
    this.view = view;
    this.table = view.table();
    this.folder = folder;
    this.expiry = expiry;
    this.dryRun = dryRun;
  }

  /**
   * @param youngest files created since then are not orphans
   */
  VacuumResult run(Duration retention, Instant youngest, List<String> remarks) {
    Optional<List<FileInfo>> listed = folder.files();
    listed.ifPresent(files -> files.forEach(file -> sizes.put(key(file), file.size())));
    table.refresh();
    Expired expired = dryRun ? expiry.forecast() : expiry.run();
    Set<String> handled = free(expired.files());
    List<String> said = new ArrayList<>(remarks);
    if (!expired.leaving().isEmpty()) {
      int leaving = expired.leaving().size();
      said.add(
          leaving == 1
              ? "1 file was referenced until a moment ago and is kept for its readers; it is an"
                  + " orphan after the safety age"
              : "%d files were referenced until a moment ago and are kept for their readers; they are orphans after the safety age"
                  .formatted(leaving));
    }
    if (listed.isPresent()) {
      free(listed.get(), expired, handled, youngest);
    } else {
      said.add("the storage cannot list files, so orphans and old metadata files are kept");
    }
    return result(retention, expired, said);
  }

  /**
   * Only what expired snapshots named, and old metadata files: as little as bounds the table.
   *
   * @param leaving from before; what has to wait now is added
   * @param grace how long it has to wait
   */
  VacuumResult runQuickly(Duration retention, ExpiringFiles leaving, Instant now, Duration grace) {
    Expired expired = expiry.run();
    free(expired.files());
    leaving.add(view.name(), now.plus(grace), expired.leaving());
    free(leaving.takeDue(view.name(), now));
    freeMetadata(folder.metadataFiles().orElse(List.of()), new OldMetadata(table));
    return result(retention, expired, List.of());
  }

  private VacuumResult result(Duration retention, Expired expired, List<String> remarks) {
    return new VacuumResult(
        view.name(),
        dryRun,
        retention,
        expired.kept().size(),
        new Freed(
            expired.snapshots().size(),
            freed.getOrDefault(FileKind.DATA, 0L),
            freed.getOrDefault(FileKind.DELETES, 0L),
            freed.getOrDefault(FileKind.MANIFESTS, 0L),
            freed.getOrDefault(FileKind.STATISTICS, 0L),
            metadataFiles,
            orphans,
            bytes),
        remarks);
  }

  /** Frees files that expired snapshots named, and returns their keys. */
  private Set<String> free(Map<String, ReachableFile> files) {
    Map<String, ReachableFile> byLocation = new HashMap<>();
    files.values().forEach(file -> byLocation.put(file.location(), file));
    for (String gone : delete(byLocation.keySet())) {
      ReachableFile file = byLocation.get(gone);
      if (file != null) {
        freed.merge(file.kind(), 1L, Long::sum);
        bytes += sizes.getOrDefault(ReachableFiles.key(gone), file.bytes());
      }
    }
    return files.keySet();
  }

  private void free(List<FileInfo> listed, Expired expired, Set<String> handled, Instant youngest) {
    OldMetadata metadata = new OldMetadata(table);
    freeMetadata(listed, metadata);
    Set<String> reachable =
        new HashSet<>(ReachableFiles.of(table, expired.kept(), MissingPolicy.FAIL).keySet());
    reachable.addAll(handled);
    reachable.addAll(expired.leaving().keySet());
    List<String> old =
        listed.stream()
            .filter(file -> file.createdAtMillis() < youngest.toEpochMilli())
            .filter(file -> !isUsed(ofChecksum(file.location()), reachable, metadata))
            .filter(file -> !metadata.is(file))
            .map(FileInfo::location)
            .toList();
    Collection<String> gone = delete(old);
    orphans += gone.size();
    gone.forEach(file -> bytes += sizes.getOrDefault(ReachableFiles.key(file), 0L));
  }

  private static boolean isUsed(String file, Set<String> reachable, OldMetadata metadata) {
    return OF_THE_CATALOG.contains(name(file))
        || metadata.names(file)
        || reachable.contains(ReachableFiles.key(file));
  }

  /**
   * Hadoop keeps a checksum of {@code file} beside it, in {@code .file.crc}: it is treated like the
   * file.
   */
  private static String ofChecksum(String location) {
    String name = name(location);
    return name.startsWith(".") && name.endsWith(".crc")
        ? location.substring(0, location.length() - name.length())
            + name.substring(1, name.length() - ".crc".length())
        : location;
  }

  private void freeMetadata(List<FileInfo> listed, OldMetadata metadata) {
    Map<String, FileInfo> old = new HashMap<>();
    listed.stream().filter(metadata::is).forEach(file -> old.put(file.location(), file));
    Collection<String> gone = delete(old.keySet());
    metadataFiles += gone.size();
    gone.forEach(
        location -> {
          FileInfo file = old.get(location);
          bytes += file == null ? 0 : file.size();
        });
  }

  private Collection<String> delete(Collection<String> files) {
    return dryRun ? files.stream().filter(folder::holds).toList() : folder.delete(files);
  }

  private static String key(FileInfo file) {
    return ReachableFiles.key(file.location());
  }

  private static String name(String location) {
    return location.substring(location.lastIndexOf('/') + 1);
  }
}
