package io.bergview.pipeline.engine;

import static io.bergview.projection.sql.DuckDbTypes.quote;
import static java.util.Objects.requireNonNull;

import io.bergview.errors.ErrorCode;
import io.bergview.errors.StorageException;
import io.bergview.pipeline.CachedTables;
import io.bergview.pipeline.DuckDbSession;
import io.bergview.pipeline.Rows;
import io.bergview.pipeline.scan.DeletedPositions;
import io.bergview.pipeline.scan.DeltaRelations;
import io.bergview.pipeline.scan.PlannedFiles;
import io.bergview.pipeline.scan.Relation;
import io.bergview.pipeline.scan.TableScanner;
import io.bergview.pipeline.sink.FileSink;
import io.bergview.pipeline.sink.FileTarget;
import io.bergview.pipeline.sink.WriteOptions;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.sql.DuckDbDialect;
import io.bergview.projection.sql.Relations;
import io.bergview.projection.sql.SqlDialect;
import io.bergview.staleness.delta.SourceDelta;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.types.Type;
import org.jspecify.annotations.Nullable;

/** A session of the embedded engine: DuckDB in this process, with the project's scanner. */
public final class EmbeddedSession implements EngineSession {
  private final DuckDbSession session;
  private final TableScanner scanner;

  public EmbeddedSession(DuckDbSession session, TableScanner scanner) {
    this.session = requireNonNull(session, "session is null");
    this.scanner = requireNonNull(scanner, "scanner is null");
  }

  @Override
  public SqlDialect dialect() {
    return DuckDbDialect.DUCKDB;
  }

  @Override
  public String select(Plan plan, Relations relations) {
    return dialect().select(plan, relations);
  }

  @Override
  public String freshName(String prefix) {
    return session.freshName(prefix);
  }

  @Override
  public long createTable(String name, String query) {
    return session.write("CREATE TABLE " + quote(name) + " AS " + query);
  }

  @Override
  public void createView(String name, String query) {
    session.execute("CREATE VIEW " + quote(name) + " AS " + query);
  }

  @Override
  public void drop(String table) {
    session.drop(table);
  }

  @Override
  public List<List<@Nullable Object>> rows(String query, List<? extends Type> types) {
    return Rows.read(session.query(query), List.copyOf(types));
  }

  @Override
  public boolean hasTypes(String table, Schema schema) {
    return session.hasTypes(table, schema);
  }

  @Override
  public Optional<CachedTables> cachedTables() {
    return Optional.of(session.kept());
  }

  @Override
  public Relation read(Table table, List<? extends FileScanTask> tasks, Schema columns) {
    return scanner.read(session, table, tasks, columns);
  }

  @Override
  public Relation read(
      Table table, List<? extends FileScanTask> tasks, Schema columns, Expression where) {
    return scanner.read(session, table, tasks, columns, where);
  }

  @Override
  public DeltaRelations read(Table table, SourceDelta delta, Schema columns) {
    return scanner.read(session, table, delta, columns);
  }

  @Override
  public Optional<Relation> kept(Table table, OptionalLong snapshotId, Schema columns) {
    return scanner.kept(session, table, snapshotId, columns);
  }

  @Override
  public PlannedFiles files(Table table, OptionalLong snapshotId, Schema columns) {
    return scanner.files(table, snapshotId, columns);
  }

  @Override
  public DeletedPositions deleted(Table table) {
    return scanner.deleted(table);
  }

  @Override
  public List<DataFile> write(
      String query, Table table, FileTarget target, WriteOptions options, String token) {
    return new FileSink(session).write(query, target, options, token);
  }

  @Override
  public boolean writesByTarget() {
    return true;
  }

  @Override
  public List<DataFile> writeTable(
      String rows, Table table, FileTarget target, WriteOptions options, String token) {
    return new FileSink(session).writeTable(rows, target, options, token);
  }

  /** One row per file, with all its positions. */
  @Override
  public void forEachPosition(String query, PositionVisitor visitor) {
    String sql =
        "SELECT file, list(pos) FROM (%s) AS located(file, pos) GROUP BY file".formatted(query);
    try (ArrowReader reader = session.query(sql)) {
      while (reader.loadNextBatch()) {
        VectorSchemaRoot batch = reader.getVectorSchemaRoot();
        VarCharVector locations = (VarCharVector) batch.getVector(0);
        ListVector lists = (ListVector) batch.getVector(1);
        BigIntVector positions = (BigIntVector) lists.getDataVector();
        for (int row = 0; row < batch.getRowCount(); row++) {
          String file = locations.getObject(row).toString();
          for (int at = lists.getElementStartIndex(row); at < lists.getElementEndIndex(row); at++) {
            visitor.visit(file, positions.get(at));
          }
        }
      }
    } catch (IOException e) {
      throw new StorageException(
          ErrorCode.INTERNAL, "Cannot read an Arrow stream: " + e.getMessage(), e);
    }
  }

  @Override
  public OptionalDouble progress() {
    return session.progress();
  }

  @Override
  public void cancel() {
    session.cancel();
  }
}
