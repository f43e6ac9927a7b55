package io.bergview.pipeline.sink;

import static io.bergview.projection.sql.DuckDbTypes.quote;
import static java.util.Objects.requireNonNull;

import io.bergview.pipeline.DuckDbSession;
import java.util.List;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Schema;

/**
 * Writes the rows of a query as Parquet data files of an Iceberg table. Nothing is committed; after
 * a failure the written files are removed, and a crash leaves files under the token's name in the
 * target's data location.
 */
public final class FileSink {
  /** Asking for the types of a table takes a statement, which fewer columns do not repay. */
  private static final int MANY_COLUMNS = 250;

  private final DuckDbSession session;

  public FileSink(DuckDbSession session) {
    this.session = requireNonNull(session, "kernel is null");
  }

  /**
   * Runs a query into files. A schema that DuckDB cannot write, with {@code fixed} columns or names
   * that differ in case only, goes through Iceberg's own writer, several times slower.
   *
   * @param query a SELECT without trailing semicolon; its columns are, by position, those of the
   *     target's schema, and are cast to their types
   * @param token begins every file's name, followed by {@code -<number>.parquet}; use each token
   *     once
   * @return the files, with the metrics that Iceberg's own writer would give them; none for no rows
   * @throws io.bergview.errors.DataException a required field is null, or a value does not fit its
   *     type
   */
  public List<DataFile> write(String query, FileTarget target, WriteOptions options, String token) {
    requireNonNull(query, "query is null");
    requireNonNull(token, "token is null");
    return Columns.isWritableByCopy(target.schema())
        ? new CopySink(session, target, options).write(query, token)
        : new RecordSink(session, target, options).write(query, token);
  }

  /**
   * As {@link #write}, the rows of a table of the session. Where it has hundreds of columns, all of
   * the target's types already, they are not named one by one, which takes half of the time to
   * plan.
   */
  public List<DataFile> writeTable(
      String table, FileTarget target, WriteOptions options, String token) {
    Schema schema = target.schema();
    return schema.columns().size() >= MANY_COLUMNS
            && Columns.isWritableByCopy(schema)
            && CopyStatement.isUnchecked(schema)
            && session.hasTypes(table, schema)
        ? new CopySink(session, target, options)
            .writeTyped(CopyStatement.renamed(table, schema), token)
        : write("SELECT * FROM " + quote(table), target, options, token);
  }
}
