package io.bergview.query;

import static io.bergview.projection.sql.DuckDbTypes.text;
import static java.util.Objects.requireNonNull;

import io.bergview.catalog.storage.OutputFile;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.StorageException;
import io.bergview.pipeline.DuckDbSession;
import io.bergview.pipeline.Rows;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * The result of a query, over snapshots that were pinned when it was planned. Nothing is read
 * before the rows are. Close it after use.
 */
public final class QueryResult implements AutoCloseable {
  private final ResultOrigin origin;
  private final Schema schema;
  private final String sql;
  private final DuckDbSession session;
  private final PinnedTables pinned;
  private final UnaryOperator<RuntimeException> explained;

  /** Takes rows, one at a time. */
  @FunctionalInterface
  public interface RowConsumer {
    /**
     * @param row the values of the answer's columns, as {@link Rows} has them
     */
    void accept(List<@Nullable Object> row) throws IOException;
  }

  /**
   * @param explained what a failure of the statement is to the user
   */
  QueryResult(
      ResultOrigin origin,
      Schema schema,
      String sql,
      DuckDbSession session,
      PinnedTables pinned,
      UnaryOperator<RuntimeException> explained) {
    this.origin = requireNonNull(origin, "origin is null");
    this.schema = requireNonNull(schema, "schema is null");
    this.sql = requireNonNull(sql, "sql is null");
    this.session = requireNonNull(session, "kernel is null");
    this.pinned = requireNonNull(pinned, "pinned is null");
    this.explained = requireNonNull(explained, "explained is null");
  }

  /** Who answered, from which snapshots, and how stale that is. */
  public ResultOrigin origin() {
    return origin;
  }

  /** The columns, in order, all optional. */
  public Schema schema() {
    return schema;
  }

  /** The statement that gives the rows, for display. */
  public String sql() {
    return sql;
  }

  /**
   * The rows as Arrow batches, columns named as in {@link #schema}; a uuid is a string. Close the
   * reader before the answer.
   */
  public ArrowReader batches() {
    try {
      return session.query(sql);
    } catch (RuntimeException e) {
      throw explained.apply(e);
    }
  }

  /**
   * Hands over row by row.
   *
   * @return how many there were
   * @throws IOException what the consumer throws
   */
  public long forEachRow(RowConsumer consumer) throws IOException {
    List<Type> types = schema.columns().stream().map(Types.NestedField::type).toList();
    long rows = 0;
    try (ArrowReader reader = batches()) {
      while (reader.loadNextBatch()) {
        VectorSchemaRoot batch = reader.getVectorSchemaRoot();
        for (int row = 0; row < batch.getRowCount(); row++) {
          consumer.accept(Rows.row(batch, types, row));
          rows++;
        }
      }
    }
    return rows;
  }

  /**
   * Writes a Parquet file, which appears completely or not at all; an existing one is replaced,
   * through symbolic links.
   *
   * @return the number of rows
   * @throws io.bergview.errors.UsageException {@code USAGE} if it is not a regular file
   */
  public long writeParquet(Path file) {
    try {
      return OutputFile.at(file)
          .replace(
              scratch -> {
                copyTo(scratch);
                return rowsIn(scratch);
              });
    } catch (IOException e) {
      throw new StorageException(
          ErrorCode.STORAGE_FAILED, "Cannot write %s: %s".formatted(file, e.getMessage()), e);
    }
  }

  private void copyTo(Path file) {
    try {
      session.execute(
          "COPY (%s) TO %s (FORMAT PARQUET, COMPRESSION ZSTD, USE_TMP_FILE false)"
              .formatted(sql, text(file.toString())));
    } catch (RuntimeException e) {
      throw explained.apply(e);
    }
  }

  /** Its footer says so. */
  private long rowsIn(Path parquet) {
    String count = "SELECT count(*) FROM read_parquet(%s)".formatted(text(parquet.toString()));
    return (Long)
        requireNonNull(
            Rows.read(session.query(count), List.of(Types.LongType.get())).get(0).get(0),
            "a count is never null");
  }

  @Override
  public void close() {
    pinned.close();
  }
}
