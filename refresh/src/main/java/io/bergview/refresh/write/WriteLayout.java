package io.bergview.refresh.write;

import io.bergview.pipeline.sink.WriteOptions;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** A layout as options of the Parquet writer. */
public final class WriteLayout {
  /** Up to this much source data, a sorted view is written as one file in exact order. */
  public static final long LARGEST_ORDERED_BYTES = 4L << 30;

  private WriteLayout() {}

  /** Whether files of a view come in exact order, and are stamped with it. */
  public static boolean keepsOrder(Layout layout) {
    return !layout.sort().isEmpty() && layout.partitions().isEmpty();
  }

  public static WriteOptions of(Layout layout, long targetFileSizeBytes, long sourceBytes) {
    boolean ordered = keepsOrder(layout) && sourceBytes <= LARGEST_ORDERED_BYTES;
    WriteOptions options =
        new WriteOptions(
            OptionalInt.empty(),
            layout.rowGroupRows(),
            ordered ? OptionalLong.empty() : OptionalLong.of(targetFileSizeBytes),
            false,
            OptionalLong.empty());
    return layout.lookup().isEmpty() ? options : options.withBloomFilters();
  }
}
