package io.bergview.pipeline.scan;

import io.bergview.pipeline.cache.ByteRange;
import io.bergview.pipeline.cache.ByteRanges;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.schema.MessageType;

/** Where the columns of a Parquet file are in it, row group by row group, as its footer says. */
final class ParquetLayout {
  private static final int MOST_FILTER_BYTES = 1 << 20;

  private final MessageType schema;
  private final List<BlockMetaData> rowGroups;

  private ParquetLayout(MessageType schema, List<BlockMetaData> rowGroups) {
    this.schema = schema;
    this.rowGroups = List.copyOf(rowGroups);
  }

  static ParquetLayout of(ParquetMetadata footer) {
    return new ParquetLayout(footer.getFileMetaData().getSchema(), footer.getBlocks());
  }

  MessageType schema() {
    return schema;
  }

  List<BlockMetaData> rowGroups() {
    return rowGroups;
  }

  /** How many column chunks. */
  int chunks() {
    return rowGroups.size() * schema.getColumns().size();
  }

  /**
   * The bytes that a reader needs of some columns, Bloom filters included.
   *
   * @param columns names of top-level columns
   * @param groups ordinals of row groups
   */
  ByteRanges bytes(Collection<String> columns, Collection<Integer> groups) {
    List<ByteRange> ranges = new ArrayList<>();
    for (int group : groups) {
      for (ColumnChunkMetaData chunk : rowGroups.get(group).getColumns()) {
        if (columns.contains(chunk.getPath().toArray()[0])) {
          ranges.add(ByteRange.of(chunk.getStartingPos(), chunk.getTotalSize()));
          if (chunk.getBloomFilterOffset() >= 0) {
            ranges.add(bloomFilter(chunk));
          }
        }
      }
    }
    return ByteRanges.of(ranges);
  }

  /** Older writers do not say how long a filter is; none of a file is behind the next one. */
  private ByteRange bloomFilter(ColumnChunkMetaData chunk) {
    long start = chunk.getBloomFilterOffset();
    if (chunk.getBloomFilterLength() > 0) {
      return ByteRange.of(start, chunk.getBloomFilterLength());
    }
    long end =
        rowGroups.stream()
            .flatMap(group -> group.getColumns().stream())
            .flatMapToLong(
                other -> LongStream.of(other.getStartingPos(), other.getBloomFilterOffset()))
            .filter(offset -> offset > start)
            .min()
            .orElse(start + MOST_FILTER_BYTES);
    return new ByteRange(start, Math.min(end, start + MOST_FILTER_BYTES));
  }
}
