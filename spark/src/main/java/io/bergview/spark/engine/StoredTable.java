package io.bergview.spark.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkContext;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.plans.logical.Statistics;
import org.apache.spark.sql.catalyst.plans.logical.statsEstimation.EstimationUtils;
import org.apache.spark.sql.classic.SparkSession;
import org.apache.spark.sql.execution.LogicalRDD;
import scala.Option;
import scala.math.BigInt;

/**
 * Rows that were computed once, cut off from how. The executors hold them in memory and on their
 * disks, and they are lost with an executor; where {@code spark.checkpoint.dir} is set, they are in
 * files there instead, which outlive executors.
 *
 * <p>Spark is told how many rows they are. It would go on with the estimate of the query, which for
 * changes of a large table is the size of that table: a join of them with such a table would
 * shuffle it, where few rows can be sent to all executors instead.
 *
 * @param rdd what holds them
 * @param count of the rows
 */
record StoredTable(Dataset<Row> rows, RDD<?> rdd, long count) {
  static StoredTable of(Dataset<Row> query) {
    boolean reliable = context(query).getCheckpointDir().isDefined();
    Dataset<Row> computed = reliable ? query.checkpoint() : query.localCheckpoint(false);
    LogicalRDD plan = (LogicalRDD) computed.queryExecution().logical();
    // The job that counts is the one that computes what executors keep; a query for the count would
    // be two more.
    long count = plan.rdd().count();
    SparkSession session = (SparkSession) query.sparkSession();
    return new StoredTable(withCount(plan, count, session), plan.rdd(), count);
  }

  private static Dataset<Row> withCount(LogicalRDD plan, long count, SparkSession session) {
    BigInt rows = BigInt.apply(count);
    Statistics statistics =
        new Statistics(
            EstimationUtils.getOutputSize(
                plan.output(), rows, EstimationUtils.getOutputSize$default$3()),
            Option.apply(rows),
            EstimationUtils.getOutputSize$default$3(),
            false);
    return org.apache.spark.sql.classic.Dataset.ofRows(
        session,
        new LogicalRDD(
            plan.output(),
            plan.rdd(),
            plan.outputPartitioning(),
            plan.outputOrdering(),
            plan.isStreaming(),
            plan.stream(),
            session,
            Option.apply(statistics),
            Option.empty()));
  }

  private static SparkContext context(Dataset<Row> rows) {
    return rows.sparkSession().sparkContext();
  }

  /** Gives back what holds the rows; nobody reads them any more. */
  void release() {
    rdd.unpersist(false);
    if (rdd.getCheckpointFile().isDefined()) {
      Path files = new Path(rdd.getCheckpointFile().get());
      try {
        files.getFileSystem(context(rows).hadoopConfiguration()).delete(files, true);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
