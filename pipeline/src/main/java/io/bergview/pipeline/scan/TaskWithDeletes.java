package io.bergview.pipeline.scan;

import java.util.List;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.expressions.Expression;

/** A file scan with some of its deletes. */
record TaskWithDeletes(FileScanTask task, List<DeleteFile> deletes) implements FileScanTask {
  TaskWithDeletes {
    deletes = List.copyOf(deletes);
  }

  @Override
  public DataFile file() {
    return task.file();
  }

  @Override
  public PartitionSpec spec() {
    return task.spec();
  }

  @Override
  public Schema schema() {
    return task.schema();
  }

  @Override
  public long start() {
    return task.start();
  }

  @Override
  public long length() {
    return task.length();
  }

  @Override
  public Expression residual() {
    return task.residual();
  }

  @Override
  public Iterable<FileScanTask> split(long size) {
    throw new UnsupportedOperationException("files are read whole");
  }
}
