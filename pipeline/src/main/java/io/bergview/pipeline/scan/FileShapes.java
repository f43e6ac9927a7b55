package io.bergview.pipeline.scan;

import io.bergview.errors.MissingFileException;
import io.bergview.staleness.damage.UnreadableFiles;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.iceberg.Table;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.format.converter.ParquetMetadataConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;

/**
 * The Parquet schemas of files, from their footers. They are cached as long as the project is open,
 * so a file is identified not only by its name but also by its length, modification time and inode.
 * Files of one schema share it. The least recently used files are evicted first. Thread-safe.
 */
final class FileShapes {
  private static final int MOST_FILES = 200_000;

  /** Of all schemas together, some 40 MB. */
  private static final int MOST_COLUMNS = 200_000;

  /** Built once, and without a Hadoop configuration, which takes longer to load than a footer. */
  private static final ParquetReadOptions SCHEMA_ONLY =
      ParquetReadOptions.builder(new PlainParquetConfiguration())
          .withMetadataFilter(ParquetMetadataConverter.SKIP_ROW_GROUPS)
          .build();

  private record Key(Path path, long length, FileTime written, @Nullable Object inode) {
    static Key of(Path path) throws IOException {
      BasicFileAttributes now = Files.readAttributes(path, BasicFileAttributes.class);
      return new Key(path, now.size(), now.lastModifiedTime(), now.fileKey());
    }
  }

  /** A schema, and how many of the remembered files have it. */
  private static final class Shared {
    private final MessageType schema;
    private final int columns;
    private int files;

    private Shared(MessageType schema) {
      this.schema = schema;
      this.columns = schema.getColumns().size();
    }
  }

  private final int mostFiles;
  private final int mostColumns;
  private final Map<Key, Shared> byFile = new LinkedHashMap<>(16, 0.75f, true);
  private final Map<MessageType, Shared> bySchema = new HashMap<>();
  private long columns;
  private long footersRead;

  FileShapes() {
    this(MOST_FILES, MOST_COLUMNS);
  }

  FileShapes(int mostFiles, int mostColumns) {
    this.mostFiles = mostFiles;
    this.mostColumns = mostColumns;
  }

  /**
   * @param path of the file on this machine
   * @param location of the file as its table names it
   * @throws MissingFileException if it no longer exists
   */
  MessageType read(Table table, String location, Path path) {
    try {
      Key key = Key.of(path);
      MessageType known = find(key);
      return known == null ? remember(key, footer(path)) : known;
    } catch (NoSuchFileException | FileNotFoundException e) {
      throw new MissingFileException(location, e);
    } catch (IOException | RuntimeException e) {
      throw UnreadableFiles.of(table, "Data file", location, e);
    }
  }

  /** How many footers were read so far, since they were not remembered. */
  synchronized long footersRead() {
    return footersRead;
  }

  /** How many files are remembered. */
  synchronized int size() {
    return byFile.size();
  }

  private static MessageType footer(Path path) throws IOException {
    try (ParquetFileReader reader = ParquetFileReader.open(new LocalInputFile(path), SCHEMA_ONLY)) {
      return reader.getFileMetaData().getSchema();
    }
  }

  private synchronized @Nullable MessageType find(Key key) {
    Shared known = byFile.get(key);
    return known == null ? null : known.schema;
  }

  private synchronized MessageType remember(Key key, MessageType read) {
    footersRead++;
    Shared shared = bySchema.computeIfAbsent(read, Shared::new);
    if (shared.files == 0) {
      columns += shared.columns;
    }
    shared.files++;
    Shared before = byFile.put(key, shared);
    if (before != null) {
      forget(before);
    }
    Iterator<Shared> eldest = byFile.values().iterator();
    while (byFile.size() > mostFiles || (columns > mostColumns && byFile.size() > 1)) {
      Shared gone = eldest.next();
      eldest.remove();
      forget(gone);
    }
    return shared.schema;
  }

  private void forget(Shared shared) {
    if (--shared.files == 0) {
      bySchema.remove(shared.schema);
      columns -= shared.columns;
    }
  }
}
