package io.bergview.pipeline.engine;

import io.bergview.pipeline.CachedTables;
import io.bergview.pipeline.scan.DeletedPositions;
import io.bergview.pipeline.scan.DeltaRelations;
import io.bergview.pipeline.scan.PlannedFiles;
import io.bergview.pipeline.scan.Relation;
import io.bergview.pipeline.sink.FileTarget;
import io.bergview.pipeline.sink.WriteOptions;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.sql.Relations;
import io.bergview.projection.sql.SqlDialect;
import io.bergview.staleness.delta.SourceDelta;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.types.Type;
import org.jspecify.annotations.Nullable;

/**
 * A session of an engine: Iceberg files become relations, queries over relations become tables of
 * the session or data files. Tables and views of a session end with its task.
 *
 * <p>Queries are text in the session's {@link #dialect}. Columns of relations and tables are called
 * {@code c<field id>} or {@code c<plan column>}, and have exactly the type that the dialect gives
 * for theirs.
 */
public interface EngineSession {
  SqlDialect dialect();

  /** A logical plan as a query. */
  String select(Plan plan, Relations relations);

  /** A name that no other table of this session has. */
  String freshName(String prefix);

  /**
   * Runs a query into a new table.
   *
   * @return how many rows it got
   * @throws io.bergview.errors.DataException for values that overflow or do not convert
   * @throws io.bergview.errors.StorageException out of memory or temporary space, or failed I/O
   * @throws io.bergview.errors.MissingFileException if a file that was planned is gone
   * @throws io.bergview.pipeline.CancelledException after {@link #cancel()}
   */
  long createTable(String name, String query);

  /** Names a query, which runs where it is read. */
  void createView(String name, String query);

  /** Drops a table, if there is one of this name. */
  void drop(String table);

  /**
   * The rows of a small result, as {@link io.bergview.pipeline.Rows} gives them. Throws what {@link
   * #createTable} throws.
   *
   * @param types the types of its columns, in order
   */
  List<List<@Nullable Object>> rows(String query, List<? extends Type> types);

  /** Whether a table's columns are known to have, by position, the types of a schema's. */
  boolean hasTypes(String table, Schema schema);

  /** What tables keep beyond the task, where the engine keeps any. */
  Optional<CachedTables> cachedTables();

  /**
   * The live rows of some files with the deletes that their tasks name; each task a whole file.
   * Residual filters are ignored.
   *
   * @param columns fields of the table by id, under any names; may hold {@code
   *     MetadataColumns.FILE_PATH} and {@code ROW_POSITION}
   * @throws io.bergview.errors.SourceException a requested type is not supported
   */
  Relation read(Table table, List<? extends FileScanTask> tasks, Schema columns);

  /**
   * As {@link #read(Table, List, Schema)}, perhaps without rows that do not match.
   *
   * @param where by the current column names of the table; files of which nothing matches should
   *     have been left out
   */
  default Relation read(
      Table table, List<? extends FileScanTask> tasks, Schema columns, Expression where) {
    return read(table, tasks, columns);
  }

  /**
   * The rows of a source delta: of files whose deletes changed, only those by which they changed.
   */
  DeltaRelations read(Table table, SourceDelta delta, Schema columns);

  /** The rows of a small table that the engine keeps for later tasks; empty where it does not. */
  Optional<Relation> kept(Table table, OptionalLong snapshotId, Schema columns);

  /**
   * The files of a snapshot.
   *
   * @param columns those that files are chosen by, by id
   */
  PlannedFiles files(Table table, OptionalLong snapshotId, Schema columns);

  /** The deleted rows of a table's data files. */
  DeletedPositions deleted(Table table);

  /**
   * Runs a query into data files, which are not committed; after a failure they are removed.
   *
   * @param query its columns are, by position, those of the target's schema, and are cast to their
   *     types
   * @param table that the files are for, in its current state, or in that after a transaction
   * @param target the same, and how its files are reached
   * @param token begins every file's name; use each once
   * @return the files; none for no rows
   * @throws io.bergview.errors.DataException a required field is null, or a value does not fit its
   *     type
   */
  List<DataFile> write(
      String query, Table table, FileTarget target, WriteOptions options, String token);

  /** Whether files are written through the FileIO of their target, in this process. */
  boolean writesByTarget();

  /** As {@link #write}, the rows of a table of the session. */
  List<DataFile> writeTable(
      String rows, Table table, FileTarget target, WriteOptions options, String token);

  /** Takes the positions of one data file after the other. */
  interface PositionVisitor {
    /**
     * @param file the location of a data file
     */
    void visit(String file, long position);
  }

  /**
   * Gives the positions of each file together.
   *
   * @param query of two columns, the location of a file and a position in it
   */
  void forEachPosition(String query, PositionVisitor visitor);

  /**
   * The progress of what runs, 0 to 100; empty if nothing runs or it is not known. Call it from any
   * thread.
   */
  OptionalDouble progress();

  /** Stops what runs and lets nothing start again. Call it from another thread. */
  void cancel();
}
