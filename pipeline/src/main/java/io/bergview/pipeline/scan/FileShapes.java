package io.bergview.pipeline.scan;

import io.bergview.errors.MissingFileException;
import io.bergview.staleness.damage.UnreadableFiles;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.iceberg.Table;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.format.converter.ParquetMetadataConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.schema.MessageType;

/**
 * The Parquet schemas of files, remembered by location and length: Iceberg's files never change.
 */
final class FileShapes {
  private static final int MOST_FILES = 200_000;

  /** Built once, and without a Hadoop configuration, which takes longer to load than a footer. */
  private static final ParquetReadOptions SCHEMA_ONLY =
      ParquetReadOptions.builder(new PlainParquetConfiguration())
          .withMetadataFilter(ParquetMetadataConverter.SKIP_ROW_GROUPS)
          .build();

  private record Key(String location, long length) {}

  private final Map<Key, MessageType> byFile =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, MessageType> eldest) {
          return size() > MOST_FILES;
        }
      };

  MessageType read(Table table, String location, long length, Path path) {
    Key key = new Key(location, length);
    synchronized (this) {
      MessageType known = byFile.get(key);
      if (known != null) {
        return known;
      }
    }
    MessageType read = footer(table, path, location);
    synchronized (this) {
      byFile.put(key, read);
      return read;
    }
  }

  private static MessageType footer(Table table, Path path, String location) {
    try (ParquetFileReader reader = ParquetFileReader.open(new LocalInputFile(path), SCHEMA_ONLY)) {
      return reader.getFileMetaData().getSchema();
    } catch (NoSuchFileException | FileNotFoundException e) {
      throw new MissingFileException(location, e);
    } catch (IOException | RuntimeException e) {
      throw UnreadableFiles.of(table, "Data file", location, e);
    }
  }
}
