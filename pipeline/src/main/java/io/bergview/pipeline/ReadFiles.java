package io.bergview.pipeline;

import io.bergview.errors.StorageException;
import io.bergview.staleness.damage.UnreadableFiles;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.iceberg.Table;

/**
 * The data files that the statements of a session read, so that one that DuckDB cannot read is
 * reported by its location and table: DuckDB names a file in some of its messages only, and by its
 * local path. Safe for use by several threads.
 */
public final class ReadFiles {
  private record Origin(String pattern, Table table, String location) {}

  private final Map<Path, Origin> origins = new LinkedHashMap<>();
  private final Map<Path, Integer> uses = new HashMap<>();

  /**
   * From now on, until {@link #remove}, statements may read the file.
   *
   * @param pattern the local path as SQL that DuckDB's readers take
   */
  public synchronized void add(Path local, String pattern, Table table, String location) {
    origins.put(local, new Origin(pattern, table, location));
    uses.merge(local, 1, Integer::sum);
  }

  public synchronized void remove(Path local) {
    if (uses.merge(local, -1, Integer::sum) <= 0) {
      uses.remove(local);
      origins.remove(local);
    }
  }

  /**
   * The failure of a statement, as that of the file that could not be read.
   *
   * @param text what DuckDB said
   */
  Optional<StorageException> named(String text, Throwable cause) {
    return known().entrySet().stream()
        .filter(file -> text.contains(file.getKey().toString()))
        .findFirst()
        .map(file -> failure(file.getValue(), cause));
  }

  /**
   * As {@link #named}, by reading each file on its own once more.
   *
   * @param reading the failure to run a statement, if it fails
   */
  Optional<StorageException> sought(Function<String, Optional<Throwable>> reading) {
    for (Map.Entry<Path, Origin> file : known().entrySet()) {
      Optional<Throwable> failure =
          reading.apply(
              "SELECT max(hash(COLUMNS(*))) FROM read_parquet(%s, hive_partitioning = false)"
                  .formatted(file.getValue().pattern()));
      if (failure.isPresent()) {
        return Optional.of(failure(file.getValue(), failure.get()));
      }
    }
    return Optional.empty();
  }

  private synchronized Map<Path, Origin> known() {
    return new LinkedHashMap<>(origins);
  }

  private static StorageException failure(Origin origin, Throwable cause) {
    return UnreadableFiles.of(origin.table(), "Data file", origin.location(), cause);
  }
}
