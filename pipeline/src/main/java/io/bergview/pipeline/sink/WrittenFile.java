package io.bergview.pipeline.sink;

import io.bergview.pipeline.DuckDbSession;
import io.bergview.pipeline.Rows;
import io.bergview.pipeline.cache.LocalFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * A file as COPY's {@code RETURN_STATS} describes it.
 *
 * @param statistics by the quoted path of a column, its statistics as text
 * @param partition by partition column, its text, null for a null value
 */
record WrittenFile(
    Path path,
    long rows,
    long bytes,
    Map<String, Map<String, String>> statistics,
    Map<String, @Nullable String> partition) {

  private static final Types.MapType TEXTS =
      Types.MapType.ofOptional(1, 2, Types.StringType.get(), Types.StringType.get());

  /** The result of a COPY, which is drained and closed. */
  @SuppressWarnings("unchecked")
  static List<WrittenFile> of(ArrowReader result) {
    List<Type> types =
        List.of(
            Types.StringType.get(),
            Types.LongType.get(),
            Types.LongType.get(),
            Types.LongType.get(),
            Types.MapType.ofOptional(3, 4, Types.StringType.get(), TEXTS),
            TEXTS);
    List<WrittenFile> files = new ArrayList<>();
    for (List<@Nullable Object> row : Rows.read(result, types)) {
      Object partition = row.get(5);
      files.add(
          new WrittenFile(
              Path.of((String) row.get(0)),
              (Long) row.get(1),
              (Long) row.get(2),
              (Map<String, Map<String, String>>) row.get(4),
              partition == null
                  ? Map.of()
                  : new LinkedHashMap<>((Map<String, @Nullable String>) partition)));
    }
    return files;
  }

  /** An expression over the first row of a written file. */
  static String firstText(DuckDbSession session, Path file, String expression) {
    String sql =
        "SELECT %s FROM read_parquet(%s, hive_partitioning = false) LIMIT 1"
            .formatted(expression, LocalFiles.pattern(file));
    List<List<@Nullable Object>> rows =
        Rows.read(session.query(sql), List.of(Types.StringType.get()));
    return String.valueOf(rows.get(0).get(0));
  }

  boolean hasNulls(String column) {
    String nulls = statistics.getOrDefault(column, Map.of()).get("null_count");
    if (nulls == null) {
      throw new IllegalStateException("COPY returned no null count of column " + column);
    }
    return !nulls.equals("0");
  }

  long count(String column, String statistic) {
    String value = statistics.getOrDefault(column, Map.of()).get(statistic);
    return value == null ? 0 : Long.parseLong(value);
  }
}
