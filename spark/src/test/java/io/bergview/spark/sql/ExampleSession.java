package io.bergview.spark.sql;

import org.apache.spark.sql.SparkSession;

/** A session as views are computed in, in which constants are computed as the values of rows. */
final class ExampleSession {
  private ExampleSession() {}

  static SparkSession start() {
    SparkSession spark =
        SparkSession.builder()
            .master("local[1]")
            .config("spark.ui.enabled", false)
            .config("spark.sql.shuffle.partitions", 1)
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.sql.ansi.enabled", true)
            .config("spark.sql.ansi.doubleQuotedIdentifiers", true)
            .config("spark.sql.caseSensitive", true)
            .config("spark.sql.datetime.java8API.enabled", true)
            .config(
                "spark.sql.optimizer.excludedRules",
                "org.apache.spark.sql.catalyst.optimizer.ConstantFolding,"
                    + "org.apache.spark.sql.catalyst.optimizer.ConvertToLocalRelation")
            .getOrCreate();
    SparkFunctionUdfs.register(spark);
    return spark;
  }
}
