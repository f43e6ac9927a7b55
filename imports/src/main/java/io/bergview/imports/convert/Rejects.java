package io.bergview.imports.convert;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bergview.errors.DataException;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.StorageException;
import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The rows of an import that cannot be taken: counted, the first of them kept, all written down.
 */
public final class Rejects implements Closeable {
  private static final int KEPT = 10;
  private static final JsonMapper JSON = new JsonMapper();

  private final long most;
  private final Optional<Path> path;
  private final List<BadRow> first = new ArrayList<>();
  private long count;
  private final @Nullable BufferedWriter file;

  /**
   * @param most rows that may be rejected
   * @param path a file that gets a JSON object per line for each of them; what was in it is gone
   * @throws StorageException {@code STORAGE_FAILED}: it cannot be written
   */
  public Rejects(long most, Optional<Path> path) {
    this.most = most;
    this.path = path;
    this.file = path.map(Rejects::open).orElse(null);
  }

  private static BufferedWriter open(Path path) {
    try {
      return Files.newBufferedWriter(path, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw failure(path, e);
    }
  }

  private static StorageException failure(Path path, IOException e) {
    return new StorageException(
        ErrorCode.STORAGE_FAILED, "Cannot write %s: %s".formatted(path, e.getMessage()), e);
  }

  void add(BadRow row) {
    count++;
    if (first.size() < KEPT) {
      first.add(row);
    }
    if (file != null) {
      write(file, row);
    }
  }

  private void write(BufferedWriter to, BadRow row) {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("file", row.file().toString())
            .put("line", row.line())
            .put("column", row.column())
            .put("text", row.text())
            .put("reason", row.reason());
    try {
      to.write(JSON.writeValueAsString(json));
      to.newLine();
    } catch (IOException e) {
      throw failure(path.orElseThrow(), e);
    }
  }

  public long count() {
    return count;
  }

  /** The first ten that were met, by file and line. */
  public List<BadRow> first() {
    return first.stream()
        .sorted(Comparator.comparing(BadRow::file).thenComparingLong(BadRow::line))
        .toList();
  }

  /** Whether more were rejected than may be: nothing will be committed. */
  public boolean areTooMany() {
    return count > most;
  }

  /**
   * All rows were read: what was written down is in the file before anything is committed.
   *
   * @throws DataException {@code IMPORT_ROWS_REJECTED}
   * @throws StorageException {@code STORAGE_FAILED}: the file cannot be written
   */
  public void check() {
    if (file != null) {
      try {
        file.flush();
      } catch (IOException e) {
        throw failure(path.orElseThrow(), e);
      }
    }
    if (areTooMany()) {
      throw new DataException(
          ErrorCode.IMPORT_ROWS_REJECTED,
          "%,d %s cannot be imported, so nothing was imported; --max-errors N passes over up to N, --rejects FILE writes them down"
              .formatted(count, count == 1 ? "row" : "rows"),
          details(),
          null);
    }
  }

  private List<String> details() {
    List<String> details = new ArrayList<>();
    first().forEach(row -> details.add(row.toString()));
    if (count > first.size()) {
      details.add("and %,d more".formatted(count - first.size()));
    }
    return details;
  }

  @Override
  public void close() {
    if (file != null) {
      try {
        file.close();
      } catch (IOException e) {
        throw failure(path.orElseThrow(), e);
      }
    }
  }
}
