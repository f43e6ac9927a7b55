package io.bergview.pipeline.scan;

import io.bergview.pipeline.cache.ByteRange;
import io.bergview.pipeline.cache.ByteRanges;
import io.bergview.pipeline.cache.LocalCopy;
import io.bergview.pipeline.cache.LocalFiles;
import io.bergview.staleness.damage.UnreadableFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Table;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.io.LocalInputFile;

/**
 * The layouts of remote Parquet files, from their footers. They are kept as long as the project is
 * open; those used longest ago go first. Thread-safe.
 */
final class RemoteLayouts {
  /** What is fetched first: the footers of most files, and small files whole. */
  private static final int TAIL_BYTES = 64 << 10;

  /** The length of the footer, and the magic number. */
  private static final int END_BYTES = 8;

  /** Of all layouts together, some 100 MB. */
  private static final int MOST_CHUNKS = 200_000;

  private static final ParquetReadOptions FOOTER =
      ParquetReadOptions.builder(new PlainParquetConfiguration()).build();

  private final LocalFiles files;
  private final Map<Path, ParquetLayout> known = new LinkedHashMap<>(16, 0.75f, true);
  private long chunks;
  private long footersRead;

  RemoteLayouts(LocalFiles files) {
    this.files = files;
  }

  /**
   * The layouts of files, by their local paths.
   *
   * @throws io.bergview.errors.MissingFileException if one no longer exists
   * @throws io.bergview.errors.StorageException if one cannot be read, or is no Parquet file
   */
  Map<Path, ParquetLayout> of(Table table, List<LocalCopy> copies) {
    Map<Path, ParquetLayout> layouts = new HashMap<>();
    Map<LocalCopy, ByteRanges> tails = new LinkedHashMap<>();
    synchronized (this) {
      for (LocalCopy copy : copies) {
        ParquetLayout layout = known.get(copy.path());
        if (layout != null) {
          layouts.put(copy.path(), layout);
        } else {
          tails.put(copy, ByteRanges.of(tail(copy, TAIL_BYTES)));
        }
      }
    }
    files.fetch(tails);
    Map<LocalCopy, ByteRanges> footers = new LinkedHashMap<>();
    tails.keySet().forEach(copy -> footers.put(copy, ByteRanges.of(footer(table, copy))));
    files.fetch(footers);
    List<LocalCopy> unknown = List.copyOf(tails.keySet());
    List<ParquetLayout> read = InParallel.map(unknown, copy -> read(table, copy));
    for (int i = 0; i < unknown.size(); i++) {
      layouts.put(unknown.get(i).path(), read.get(i));
      remember(unknown.get(i).path(), read.get(i));
    }
    return layouts;
  }

  /** How many footers were read so far, since they were not remembered. */
  synchronized long footersRead() {
    return footersRead;
  }

  private static ByteRange tail(LocalCopy copy, long bytes) {
    long length = copy.file().lengthBytes();
    return new ByteRange(Math.max(0, length - bytes), length);
  }

  /** All of the footer; its end if that makes no sense, which its reader will report. */
  private ByteRange footer(Table table, LocalCopy copy) {
    if (copy.file().lengthBytes() < END_BYTES) {
      throw UnreadableFiles.of(
          table, "Data file", copy.file().location(), new IOException("it is no Parquet file"));
    }
    ByteBuffer end =
        ByteBuffer.wrap(files.read(copy, tail(copy, END_BYTES))).order(ByteOrder.LITTLE_ENDIAN);
    return tail(copy, END_BYTES + Math.max(0L, end.getInt()));
  }

  private static ParquetLayout read(Table table, LocalCopy copy) {
    try (ParquetFileReader reader =
        ParquetFileReader.open(new LocalInputFile(copy.path()), FOOTER)) {
      return ParquetLayout.of(reader.getFooter());
    } catch (IOException | RuntimeException e) {
      throw UnreadableFiles.of(table, "Data file", copy.file().location(), e);
    }
  }

  private synchronized void remember(Path path, ParquetLayout layout) {
    footersRead++;
    ParquetLayout before = known.put(path, layout);
    chunks += layout.chunks() - (before == null ? 0 : before.chunks());
    Iterator<ParquetLayout> eldest = known.values().iterator();
    while (chunks > MOST_CHUNKS && known.size() > 1) {
      chunks -= eldest.next().chunks();
      eldest.remove();
    }
  }
}
