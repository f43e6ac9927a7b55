package io.bergview.refresh.change;

import io.bergview.pipeline.scan.DeletedPositions;
import java.util.List;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.deletes.PositionDeleteIndex;
import org.apache.iceberg.util.ContentFileUtil;

/** The deletes that data files have already. */
final class EarlierDeletes {
  private final DeletedPositions positions;

  EarlierDeletes(DeletedPositions positions) {
    this.positions = positions;
  }

  /** How many rows of a file are deleted by position. */
  long count(FileScanTask task) {
    PositionDeleteIndex deleted = all(task);
    return deleted.isEmpty() ? 0 : deleted.cardinality();
  }

  /** Deleted positions of a file, from every delete file that applies. */
  PositionDeleteIndex all(FileScanTask task) {
    return positions.of(task);
  }

  /** Only those in delete files of its own, which another delete file can replace. */
  PositionDeleteIndex ofItsOwn(FileScanTask task) {
    return positions.of(task, filesOfItsOwn(task));
  }

  /** The delete files that apply only to this data file, and are removed with it. */
  static List<DeleteFile> filesOfItsOwn(FileScanTask task) {
    return task.deletes().stream().filter(ContentFileUtil::isFileScoped).toList();
  }
}
