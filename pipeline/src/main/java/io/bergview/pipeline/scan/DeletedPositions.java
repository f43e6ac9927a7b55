package io.bergview.pipeline.scan;

import io.bergview.catalog.DirectExecutor;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.BaseDeleteLoader;
import org.apache.iceberg.deletes.PositionDeleteIndex;

/**
 * The deleted rows of some data files, from position deletes and deletion vectors, read by
 * Iceberg's own loader: each delete file once, in the calling thread, since Iceberg's pools wait by
 * sleeping. What it gives is shared: read it only. Safe for use by several threads.
 */
public final class DeletedPositions {
  private final BaseDeleteLoader loader;

  DeletedPositions(Table table, ReadDeletes read) {
    this.loader = new CachingLoader(table, read);
  }

  /** Those of a data file, from every delete file that applies; equality deletes are left aside. */
  public PositionDeleteIndex of(FileScanTask task) {
    return of(task, task.deletes());
  }

  /** Those of a data file from some of its delete files; equality deletes are left aside. */
  public PositionDeleteIndex of(FileScanTask task, Collection<DeleteFile> some) {
    List<DeleteFile> deletes =
        some.stream().filter(delete -> delete.content() == FileContent.POSITION_DELETES).toList();
    return deletes.isEmpty()
        ? PositionDeleteIndex.empty()
        : loader.loadPositionDeletes(deletes, task.file().location());
  }

  /** A loader of any deletes that reads each file once. */
  BaseDeleteLoader loader() {
    return loader;
  }

  /** Reads a delete file that many data files share once, and position deletes once for all. */
  private static final class CachingLoader extends NamingDeleteLoader {
    private final Map<String, Object> loaded = new ConcurrentHashMap<>();
    private final ReadDeletes read;

    CachingLoader(Table table, ReadDeletes read) {
      super(table, delete -> table.io().newInputFile(delete), new DirectExecutor());
      this.read = read;
    }

    @Override
    protected boolean canCache(long size) {
      return true;
    }

    @Override
    @SuppressWarnings("unchecked")
    protected <V> V getOrLoad(String key, Supplier<V> values, long size) {
      return (V) loaded.computeIfAbsent(key, unused -> read.get(key, values, size));
    }
  }
}
