package io.bergview.pipeline;

import io.bergview.errors.StorageException;
import io.bergview.staleness.damage.UnreadableFiles;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.iceberg.Table;

/**
 * The data files that the statements of a session read, so that one that DuckDB cannot read is
 * reported by its location and table: DuckDB names a file in some of its messages only, and by its
 * local path. Safe for use by several threads.
 */
public final class ReadFiles {
  private record Origin(Supplier<String> reading, Table table, String location) {}

  private final Map<Path, Origin> origins = new LinkedHashMap<>();
  private final Map<Path, Integer> uses = new HashMap<>();

  /**
   * From now on, until {@link #remove}, statements may read the file.
   *
   * @param reading a query that reads of it all that statements may read
   */
  public synchronized void add(Path local, Supplier<String> reading, Table table, String location) {
    origins.put(local, new Origin(reading, table, location));
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
      Optional<Throwable> failure = reading.apply(file.getValue().reading().get());
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
