package io.bergview.pipeline.scan;

import static io.bergview.projection.sql.DuckDbTypes.quote;
import static java.util.Objects.requireNonNull;

import io.bergview.pipeline.cache.ByteRanges;
import io.bergview.pipeline.cache.LocalCopy;
import io.bergview.pipeline.cache.LocalFiles;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types.NestedField;

/** What a scan reads of one remote Parquet file. */
final class RemoteColumns {
  private final ParquetLayout layout;

  /** The top-level column of the file that has a field, by its id. */
  private final Map<Integer, String> names = new HashMap<>();

  RemoteColumns(ParquetLayout layout, FileShape shape, Schema requested) {
    this.layout = requireNonNull(layout, "layout is null");
    for (NestedField column : requested.columns()) {
      NestedField inFile = shape.column(column.fieldId());
      if (inFile != null) {
        names.put(column.fieldId(), inFile.name());
      }
    }
  }

  ParquetLayout layout() {
    return layout;
  }

  /**
   * The bytes of some columns in some row groups.
   *
   * @param ids of requested columns
   */
  ByteRanges bytes(Set<Integer> ids, Collection<Integer> groups) {
    List<String> read = ids.stream().filter(names::containsKey).map(names::get).toList();
    return layout.bytes(Set.copyOf(read), groups);
  }

  /** The columns that statements were given to read, by row group. For one session. */
  static final class Given {
    private final Map<Integer, Set<String>> columnsByGroup = new TreeMap<>();

    synchronized void add(RemoteColumns file, Set<Integer> ids, Collection<Integer> groups) {
      for (int group : groups) {
        Set<String> columns = columnsByGroup.computeIfAbsent(group, unused -> new TreeSet<>());
        ids.stream().filter(file.names::containsKey).map(file.names::get).forEach(columns::add);
      }
    }

    /** A query that reads all of them, and nothing else. */
    synchronized String reading(LocalCopy copy, ParquetLayout layout) {
      String hashes =
          columnsByGroup.entrySet().stream()
              .filter(group -> !group.getValue().isEmpty())
              .map(
                  group ->
                      "SELECT max(hash(%s)) AS h FROM read_parquet(%s, hive_partitioning = false) AS f WHERE %s"
                          .formatted(
                              group.getValue().stream()
                                  .map(column -> "f." + quote(column))
                                  .collect(Collectors.joining(", ")),
                              LocalFiles.pattern(copy.path()),
                              RowGroups.run(layout, List.of(group.getKey())).condition()))
              .collect(Collectors.joining(" UNION ALL "));
      return hashes.isEmpty() ? "SELECT 1" : "SELECT max(h) FROM (" + hashes + ")";
    }
  }
}
