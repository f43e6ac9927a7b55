package io.bergview.spark.engine;

import static io.bergview.projection.sql.DuckDbTypes.quote;

import io.bergview.pipeline.CachedTables;
import io.bergview.pipeline.CancelledException;
import io.bergview.pipeline.engine.EngineSession;
import io.bergview.pipeline.scan.DeletedPositions;
import io.bergview.pipeline.scan.DeltaRelations;
import io.bergview.pipeline.scan.PlannedFiles;
import io.bergview.pipeline.scan.Relation;
import io.bergview.pipeline.scan.TableScanner;
import io.bergview.pipeline.sink.FileTarget;
import io.bergview.pipeline.sink.WriteOptions;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.sql.Relations;
import io.bergview.projection.sql.SqlDialect;
import io.bergview.spark.sql.SparkUdfs;
import io.bergview.staleness.delta.SourceDelta;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Type;
import org.apache.spark.SparkJobInfo;
import org.apache.spark.SparkStageInfo;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.JavaSparkStatusTracker;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.classic.SparkSession;
import org.jspecify.annotations.Nullable;

/**
 * A Spark session for one task. A table of it is a {@link StoredTable}; a view is a temporary view.
 * Its jobs are one group, by which they are cancelled and their progress is known.
 */
final class SparkEngineSession implements EngineSession {
  private final SparkSession spark;
  private final TableScanner scanner;
  private final GivenTables given = new GivenTables();
  private final SparkReads reads;
  private final SparkWriter writer;
  private final String group = "bergview-" + UUID.randomUUID();
  private final AtomicInteger names = new AtomicInteger();
  private final Map<String, StoredTable> tables = new HashMap<>();
  private volatile boolean cancelled;

  SparkEngineSession(SparkSession spark, TableScanner scanner) {
    this.spark = spark;
    this.scanner = scanner;
    this.reads = new SparkReads(SparkSql.dialect(), given);
    this.writer = new SparkWriter(spark, SparkSql.dialect(), given);
  }

  @Override
  public SqlDialect dialect() {
    return SparkSql.dialect();
  }

  @Override
  public String select(Plan plan, Relations relations) {
    return SparkSql.select(plan, relations, this::computedOnce);
  }

  private String computedOnce(String query) {
    String name = freshName("shared");
    createTable(name, query);
    return quote(name);
  }

  @Override
  public String freshName(String prefix) {
    return "bv_" + prefix + "_" + names.incrementAndGet();
  }

  @Override
  public long createTable(String name, String query) {
    return running(
        query,
        () -> {
          StoredTable table = StoredTable.of(sql(query));
          table.rows().createOrReplaceTempView(name);
          tables.put(name, table);
          return table.count();
        });
  }

  @Override
  public void createView(String name, String query) {
    running(
        query,
        () -> {
          sql(query).createOrReplaceTempView(name);
          return name;
        });
  }

  @Override
  public void drop(String table) {
    spark.catalog().dropTempView(table);
    StoredTable stored = tables.remove(table);
    if (stored != null) {
      stored.release();
    }
  }

  @Override
  public List<List<@Nullable Object>> rows(String query, List<? extends Type> types) {
    return running(
        query,
        () -> {
          List<List<@Nullable Object>> rows = new ArrayList<>();
          for (Row row : sql(query).collectAsList()) {
            rows.add(SparkRows.of(row, types));
          }
          return rows;
        });
  }

  /** It costs nothing to name columns one by one. */
  @Override
  public boolean hasTypes(String table, Schema schema) {
    return false;
  }

  @Override
  public Optional<CachedTables> cachedTables() {
    return Optional.empty();
  }

  @Override
  public Relation read(Table table, List<? extends FileScanTask> tasks, Schema columns) {
    return reads.read(table, tasks, columns);
  }

  @Override
  public DeltaRelations read(Table table, SourceDelta delta, Schema columns) {
    return reads.read(table, delta, columns);
  }

  @Override
  public Optional<Relation> kept(Table table, OptionalLong snapshotId, Schema columns) {
    return Optional.empty();
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
    return running(query, () -> writer.write(query, table, options));
  }

  /** The executors write, through the table's own. */
  @Override
  public boolean writesByTarget() {
    return false;
  }

  @Override
  public List<DataFile> writeTable(
      String rows, Table table, FileTarget target, WriteOptions options, String token) {
    return write("SELECT * FROM " + quote(rows), table, target, options, token);
  }

  @Override
  public void forEachPosition(String query, PositionVisitor visitor) {
    running(
        query,
        () -> {
          Iterator<Row> rows =
              sql("SELECT * FROM (%s) AS p(file, pos) ORDER BY file, pos".formatted(query))
                  .toLocalIterator();
          while (rows.hasNext()) {
            Row row = rows.next();
            visitor.visit(row.getString(0), row.getLong(1));
          }
          return query;
        });
  }

  /** A query, which does not run yet. */
  private Dataset<Row> sql(String query) {
    SparkUdfs.register(spark, query);
    return spark.sql(query);
  }

  /** Runs a query as one of this session's jobs. */
  private <T> T running(String query, Supplier<T> action) {
    if (cancelled) {
      throw new CancelledException(null);
    }
    SparkSession before = SparkSession.getActiveSession().getOrElse(() -> spark);
    SparkSession.setActiveSession(spark);
    spark.sparkContext().setJobGroup(group, "Bergview", true);
    try {
      return action.get();
    } catch (Exception | OutOfMemoryError e) {
      throw SparkFailures.translate(e, query, cancelled);
    } finally {
      spark.sparkContext().clearJobGroup();
      SparkSession.setActiveSession(before);
    }
  }

  @Override
  public OptionalDouble progress() {
    JavaSparkStatusTracker tracker =
        JavaSparkContext.fromSparkContext(spark.sparkContext()).statusTracker();
    int tasks = 0;
    int done = 0;
    for (int job : tracker.getJobIdsForGroup(group)) {
      SparkJobInfo info = tracker.getJobInfo(job);
      if (info == null || info.status() != org.apache.spark.JobExecutionStatus.RUNNING) {
        continue;
      }
      for (int stage : info.stageIds()) {
        SparkStageInfo running = tracker.getStageInfo(stage);
        if (running != null) {
          tasks += running.numTasks();
          done += running.numCompletedTasks();
        }
      }
    }
    return tasks == 0 ? OptionalDouble.empty() : OptionalDouble.of(100.0 * done / tasks);
  }

  @Override
  public void cancel() {
    cancelled = true;
    spark.sparkContext().cancelJobGroup(group);
  }

  /** Releases what the executors hold for it. */
  void end() {
    List.copyOf(tables.keySet()).forEach(this::drop);
    given.takeBack();
  }
}
