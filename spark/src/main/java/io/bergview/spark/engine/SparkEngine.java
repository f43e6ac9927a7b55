package io.bergview.spark.engine;

import static java.util.Objects.requireNonNull;

import io.bergview.pipeline.engine.Engine;
import io.bergview.pipeline.engine.EngineLease;
import io.bergview.pipeline.engine.EngineSession;
import io.bergview.pipeline.scan.TableScanner;
import io.bergview.spark.sql.SparkFunctionUdfs;
import java.util.Map;
import org.apache.spark.sql.SparkSession;

/**
 * Spark as the engine of refreshes. Each task has a Spark session of its own: temporary views,
 * functions and settings are its own, the executors are shared. Tables are those of Bergview's
 * catalogs: Spark needs none of its own, since the driver gives it the tables and their files.
 */
public final class SparkEngine implements Engine {
  /** The catalog of the tables that are given to Spark. */
  static final String GIVEN_TABLES = "bergview_given";

  /** What the SQL that is run here relies on. */
  private static final Map<String, String> SETTINGS =
      Map.ofEntries(
          Map.entry("spark.sql.ansi.enabled", "true"),
          Map.entry("spark.sql.ansi.doubleQuotedIdentifiers", "true"),
          Map.entry("spark.sql.ansi.enforceReservedKeywords", "false"),
          Map.entry("spark.sql.caseSensitive", "true"),
          Map.entry("spark.sql.variable.substitute", "false"),
          Map.entry("spark.sql.session.timeZone", "UTC"),
          Map.entry("spark.sql.datetime.java8API.enabled", "true"),
          Map.entry("spark.sql.groupByOrdinal", "true"),
          Map.entry("spark.sql.storeAssignmentPolicy", "ANSI"),
          Map.entry("spark.sql.iceberg.handle-timestamp-without-timezone", "true"),
          Map.entry("spark.sql.catalog." + GIVEN_TABLES, GivenTableCatalog.class.getName()));

  private final SparkSession spark;
  private final TableScanner scanner;

  /** The engine of a project that is opened on a session, which stays the caller's. */
  public static Engine.Factory on(SparkSession spark) {
    return scanner -> new SparkEngine(spark, scanner);
  }

  /**
   * @param spark of this process; stays the caller's
   * @param scanner the project's
   */
  private SparkEngine(SparkSession spark, TableScanner scanner) {
    this.spark = requireNonNull(spark, "spark is null");
    this.scanner = requireNonNull(scanner, "scanner is null");
  }

  @Override
  public String name() {
    return "spark";
  }

  @Override
  public EngineLease lease() {
    org.apache.spark.sql.classic.SparkSession own =
        (org.apache.spark.sql.classic.SparkSession) spark.newSession();
    SETTINGS.forEach(own.conf()::set);
    SparkFunctionUdfs.register(own);
    SparkEngineSession session = new SparkEngineSession(own, scanner);
    return new EngineLease() {
      @Override
      public EngineSession session() {
        return session;
      }

      @Override
      public void giveBack() {
        session.end();
      }

      @Override
      public void close() {
        session.end();
      }
    };
  }
}
