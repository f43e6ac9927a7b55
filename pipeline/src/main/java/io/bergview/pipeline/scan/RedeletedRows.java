package io.bergview.pipeline.scan;

import io.bergview.staleness.delta.RedeletedFile;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.deletes.PositionDeleteIndex;

/**
 * The rows in which two sets of deletes of one data file differ, found without reading the file,
 * except for the columns that equality deletes compare.
 *
 * <p>Let P be the rows removed by position deletes and deletion vectors, before and after; E those
 * removed by the equality deletes of both sides, A and B by those of only the earlier, only the
 * later side. A row differs only if it is in A, in B, or in exactly one P; for these few it is
 * checked whether the rest removes them too. Iceberg determines which rows an equality delete
 * matches, in one pass over its columns for each of A, B and E that is not empty, and none for E if
 * no row is left to check.
 */
final class RedeletedRows {
  /** Rows of one file that only one side has. */
  record Difference(FileScanTask file, Positions removed, Positions added) {}

  private final DeletedPositions positions;
  private final IcebergFiles files;

  RedeletedRows(Table table, ReadDeletes read) {
    this.positions = new DeletedPositions(table, read);
    this.files = new IcebergFiles(table);
  }

  List<Difference> of(List<RedeletedFile> redeleted) {
    return InParallel.map(redeleted, this::of);
  }

  private Difference of(RedeletedFile file) {
    FileScanTask task = file.after();
    PositionDeleteIndex before = positions.of(file.before());
    PositionDeleteIndex after = positions.of(file.after());
    Positions onlyBefore = Positions.of(before, position -> !after.isDeleted(position));
    Positions onlyAfter = Positions.of(after, position -> !before.isDeleted(position));
    if (!file.hasEqualityDeletes()) {
      return new Difference(task, onlyAfter, onlyBefore);
    }
    Positions matchedBefore = matching(task, equality(file.before(), file.after()));
    Positions matchedAfter = matching(task, equality(file.after(), file.before()));
    Positions candidates = onlyBefore.and(onlyAfter).and(matchedBefore).and(matchedAfter);
    Positions matchedByBoth =
        candidates.isEmpty() ? Positions.NONE : matching(task, common(file.before(), file.after()));
    Positions left = candidates.where(row -> !matchedByBoth.contains(row));
    Positions liveBefore =
        left.where(row -> !before.isDeleted(row) && !matchedBefore.contains(row));
    Positions liveAfter = left.where(row -> !after.isDeleted(row) && !matchedAfter.contains(row));
    return new Difference(
        task,
        liveBefore.where(row -> !liveAfter.contains(row)),
        liveAfter.where(row -> !liveBefore.contains(row)));
  }

  private Positions matching(FileScanTask task, List<DeleteFile> deletes) {
    return deletes.isEmpty() ? Positions.NONE : files.matching(task, deletes, positions.loader());
  }

  /** The equality deletes of one side that the other lacks. */
  private static List<DeleteFile> equality(FileScanTask side, FileScanTask other) {
    Set<String> others = locations(other);
    List<DeleteFile> only = new ArrayList<>(equality(side));
    only.removeIf(delete -> others.contains(delete.location()));
    return only;
  }

  private static List<DeleteFile> common(FileScanTask side, FileScanTask other) {
    Set<String> others = locations(other);
    return equality(side).stream().filter(delete -> others.contains(delete.location())).toList();
  }

  private static Set<String> locations(FileScanTask task) {
    Set<String> locations = new HashSet<>();
    equality(task).forEach(delete -> locations.add(delete.location()));
    return locations;
  }

  private static List<DeleteFile> equality(FileScanTask task) {
    return task.deletes().stream()
        .filter(delete -> delete.content() == FileContent.EQUALITY_DELETES)
        .toList();
  }
}
