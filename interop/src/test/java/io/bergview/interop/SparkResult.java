package io.bergview.interop;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What Spark answered to one statement; it crosses the process boundary by Java serialization.
 *
 * @param columns names, in order; none for a statement without a result
 * @param types of the columns as Spark writes them, such as {@code decimal(22,2)}
 * @param rows plain Java values: structs and lists are lists, maps are maps, zoned timestamps are
 *     {@link java.time.Instant}
 * @param error what Spark said where the statement failed; null where it did not
 */
record SparkResult(
    ArrayList<String> columns,
    ArrayList<String> types,
    ArrayList<List<@Nullable Object>> rows,
    @Nullable String error)
    implements Serializable {
  static SparkResult failed(String error) {
    return new SparkResult(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), error);
  }
}
