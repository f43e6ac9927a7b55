package io.bergview.refresh.change;

import java.util.List;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.BaseDeleteLoader;
import org.apache.iceberg.deletes.PositionDeleteIndex;
import org.apache.iceberg.util.ContentFileUtil;

/** The deletes that data files have already. */
final class EarlierDeletes {
  private final BaseDeleteLoader loader;

  EarlierDeletes(Table table) {
    this.loader = new BaseDeleteLoader(delete -> table.io().newInputFile(delete));
  }

  /** How many rows of a file are deleted by position. */
  long count(FileScanTask task) {
    PositionDeleteIndex positions = all(task);
    return positions.isEmpty() ? 0 : positions.cardinality();
  }

  /** Deleted positions of a file, from every delete file that applies. */
  PositionDeleteIndex all(FileScanTask task) {
    return load(
        task,
        task.deletes().stream()
            .filter(delete -> delete.content() == FileContent.POSITION_DELETES)
            .toList());
  }

  /** Only those in delete files of its own, which another delete file can replace. */
  PositionDeleteIndex ofItsOwn(FileScanTask task) {
    return load(task, filesOfItsOwn(task));
  }

  private PositionDeleteIndex load(FileScanTask task, List<DeleteFile> deletes) {
    return deletes.isEmpty()
        ? PositionDeleteIndex.empty()
        : loader.loadPositionDeletes(deletes, task.file().location());
  }

  /** The delete files that are for this data file alone: what goes when it goes. */
  static List<DeleteFile> filesOfItsOwn(FileScanTask task) {
    return task.deletes().stream().filter(ContentFileUtil::isFileScoped).toList();
  }
}
