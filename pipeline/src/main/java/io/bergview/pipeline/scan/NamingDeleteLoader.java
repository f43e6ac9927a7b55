package io.bergview.pipeline.scan;

import io.bergview.staleness.damage.UnreadableFiles;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.BaseDeleteLoader;
import org.apache.iceberg.deletes.PositionDeleteIndex;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.util.StructLikeSet;

/** Iceberg's loader of deletes; a delete file that cannot be read is named. */
class NamingDeleteLoader extends BaseDeleteLoader {
  private final Table table;

  NamingDeleteLoader(
      Table table, Function<DeleteFile, InputFile> inputFile, ExecutorService workers) {
    super(inputFile, workers);
    this.table = table;
  }

  @Override
  public StructLikeSet loadEqualityDeletes(Iterable<DeleteFile> deletes, Schema projection) {
    checkLengths(deletes);
    try {
      return super.loadEqualityDeletes(deletes, projection);
    } catch (RuntimeException e) {
      throw named(deletes, e, one -> super.loadEqualityDeletes(List.of(one), projection));
    }
  }

  @Override
  public PositionDeleteIndex loadPositionDeletes(
      Iterable<DeleteFile> deletes, CharSequence location) {
    checkLengths(deletes);
    try {
      return super.loadPositionDeletes(deletes, location);
    } catch (RuntimeException e) {
      throw named(deletes, e, one -> super.loadPositionDeletes(List.of(one), location));
    }
  }

  private void checkLengths(Iterable<DeleteFile> deletes) {
    deletes.forEach(delete -> UnreadableFiles.checkLength(table, "Delete file", delete));
  }

  private RuntimeException named(
      Iterable<DeleteFile> deletes, RuntimeException failure, Consumer<DeleteFile> load) {
    if (!UnreadableFiles.isOfReading(failure)) {
      return failure;
    }
    List<DeleteFile> all = new ArrayList<>();
    deletes.forEach(all::add);
    for (DeleteFile one : all) {
      try {
        load.accept(one);
      } catch (RuntimeException e) {
        return UnreadableFiles.of(table, "Delete file", one.location(), e);
      }
    }
    return failure;
  }
}
