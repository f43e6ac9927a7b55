package io.bergview.catalog.lineage;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.ManifestContent;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.CloseableIterable;

/**
 * Counts the live rows of the files in which two snapshots differ: in data manifests that only one
 * of them has, and in data files of the others whose deletes are not the same in both.
 */
final class RewrittenRows {
  private static final List<String> COUNTED =
      List.of(DataFile.FILE_PATH.name(), DataFile.RECORD_COUNT.name(), DataFile.PARTITION_NAME);

  private final Table table;
  private final List<ManifestFile> before;
  private final List<ManifestFile> after;

  private RewrittenRows(Table table, List<ManifestFile> before, List<ManifestFile> after) {
    this.table = table;
    this.before = before;
    this.after = after;
  }

  /** Whether two snapshots, given by their manifests, have as many live rows. */
  static boolean alike(Table table, List<ManifestFile> before, List<ManifestFile> after) {
    RewrittenRows rows = new RewrittenRows(table, before, after);
    boolean deletes = !deletes(before).isEmpty() || !deletes(after).isEmpty();
    return deletes ? rows.ofManifests() : rows.ofManifestLists();
  }

  private static List<ManifestFile> deletes(List<ManifestFile> manifests) {
    return live(manifests, ManifestContent.DELETES);
  }

  private static List<ManifestFile> data(List<ManifestFile> manifests) {
    return live(manifests, ManifestContent.DATA);
  }

  private static List<ManifestFile> live(List<ManifestFile> manifests, ManifestContent content) {
    return manifests.stream()
        .filter(manifest -> manifest.content() == content)
        .filter(manifest -> manifest.hasAddedFiles() || manifest.hasExistingFiles())
        .toList();
  }

  private static List<ManifestFile> without(List<ManifestFile> some, List<ManifestFile> others) {
    Set<String> paths = others.stream().map(ManifestFile::path).collect(Collectors.toSet());
    return some.stream().filter(manifest -> !paths.contains(manifest.path())).toList();
  }

  private boolean ofManifestLists() {
    List<ManifestFile> onlyBefore = without(data(before), data(after));
    List<ManifestFile> onlyAfter = without(data(after), data(before));
    return rows(onlyBefore) == rows(onlyAfter);
  }

  private long rows(List<ManifestFile> manifests) {
    long rows = 0;
    for (ManifestFile manifest : manifests) {
      Long added = manifest.addedRowsCount();
      Long existing = manifest.existingRowsCount();
      rows +=
          added == null || existing == null
              ? files(List.of(manifest)).stream().mapToLong(DataFile::recordCount).sum()
              : added + existing;
    }
    return rows;
  }

  private boolean ofManifests() {
    AppliedDeletes deletesBefore = new AppliedDeletes(table, deleteFiles(deletes(before)));
    AppliedDeletes deletesAfter = new AppliedDeletes(table, deleteFiles(deletes(after)));
    if (!deletesBefore.equality().equals(deletesAfter.equality())) {
      return true;
    }
    List<DataFile> filesBefore = files(without(data(before), data(after)));
    List<DataFile> filesAfter = files(without(data(after), data(before)));
    Count rowsBefore = count(filesBefore, deletesBefore, deletesAfter);
    Count rowsAfter = count(filesAfter, deletesAfter, deletesBefore);
    long apart =
        rowsBefore.rows() - rowsAfter.rows() + deletedElsewhere(deletesBefore, deletesAfter);
    return -rowsAfter.uncounted() <= apart && apart <= rowsBefore.uncounted();
  }

  /**
   * The live rows of some files.
   *
   * @param uncounted how many of them equality deletes may also remove
   */
  private record Count(long rows, long uncounted) {}

  private static Count count(List<DataFile> files, AppliedDeletes deletes, AppliedDeletes others) {
    long rows = 0;
    long uncounted = 0;
    for (DataFile file : files) {
      long left = file.recordCount() - deletes.rowsOf(file.location());
      rows += left;
      uncounted += deletes.hasEqualityDeletesFor(file) ? left : 0;
    }
    return new Count(rows - deletes.rowsOf(files, others), uncounted);
  }

  /**
   * How many rows the later deletes take more than the earlier ones, of files in manifests that
   * both snapshots have. Deletes of files that are not there take nothing.
   */
  private long deletedElsewhere(AppliedDeletes deletesBefore, AppliedDeletes deletesAfter) {
    Set<String> changed = new HashSet<>(deletesBefore.dataFiles());
    changed.addAll(deletesAfter.dataFiles());
    changed.removeIf(file -> deletesBefore.rowsOf(file) == deletesAfter.rowsOf(file));
    if (changed.isEmpty()) {
      return 0;
    }
    Set<String> paths = data(before).stream().map(ManifestFile::path).collect(Collectors.toSet());
    Map<String, Integer> listed = new HashMap<>();
    for (ManifestFile manifest : data(after)) {
      if (paths.contains(manifest.path())) {
        drain(
            ManifestFiles.readPaths(manifest, table.io(), table.specs()),
            file -> {
              if (changed.contains(file)) {
                listed.merge(file, 1, Integer::sum);
              }
            });
      }
    }
    return listed.entrySet().stream()
        .mapToLong(
            file ->
                file.getValue()
                    * (deletesAfter.rowsOf(file.getKey()) - deletesBefore.rowsOf(file.getKey())))
        .sum();
  }

  private List<DataFile> files(List<ManifestFile> manifests) {
    List<DataFile> files = new ArrayList<>();
    manifests.forEach(
        manifest ->
            drain(
                ManifestFiles.read(manifest, table.io(), table.specs()).select(COUNTED),
                files::add));
    return files;
  }

  private List<DeleteFile> deleteFiles(List<ManifestFile> manifests) {
    List<DeleteFile> files = new ArrayList<>();
    manifests.forEach(
        manifest ->
            drain(
                ManifestFiles.readDeleteManifest(manifest, table.io(), table.specs()), files::add));
    return files;
  }

  private <T> void drain(CloseableIterable<? extends T> items, Consumer<T> action) {
    try (items) {
      items.forEach(action);
    } catch (IOException e) {
      throw UnreadableMetadata.of(table, e);
    }
  }
}
