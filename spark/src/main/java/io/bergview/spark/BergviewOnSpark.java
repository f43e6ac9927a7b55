package io.bergview.spark;

import io.bergview.api.Bergview;
import io.bergview.api.BergviewOptions;
import io.bergview.spark.engine.SparkEngine;
import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;

/**
 * A project opened on a Spark session of the program's own, for notebooks and jobs: every refresh
 * runs on it, whatever engine a view names. Definitions, states and history are as elsewhere;
 * queries are Spark's own, over the views' tables. The session stays the program's.
 *
 * <pre>{@code
 * try (Bergview bergview = BergviewOnSpark.open(Path.of("my-project"), spark)) {
 *   bergview.apply();
 *   bergview.refreshView(RefreshRequest.of("OrderDetails"));
 * }
 * }</pre>
 */
public final class BergviewOnSpark {
  private BergviewOnSpark() {}

  /**
   * Opens the project that a folder lies in.
   *
   * @throws io.bergview.errors.NotFoundException {@code PROJECT_NOT_FOUND}
   * @throws io.bergview.errors.UsageException {@code PROJECT_INVALID}
   */
  public static Bergview open(Path directory, SparkSession spark) {
    return open(directory, spark, BergviewOptions.defaults());
  }

  /** As {@link #open(Path, SparkSession)}. */
  public static Bergview open(Path directory, SparkSession spark, BergviewOptions options) {
    return Bergview.open(directory, options.withEngine(SparkEngine.on(spark)));
  }
}
