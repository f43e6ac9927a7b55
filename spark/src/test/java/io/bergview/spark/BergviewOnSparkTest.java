package io.bergview.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.api.Bergview;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.StorageException;
import io.bergview.pipeline.CancelledException;
import io.bergview.pipeline.cache.LocalFiles;
import io.bergview.pipeline.engine.EngineLease;
import io.bergview.pipeline.engine.EngineSession;
import io.bergview.pipeline.scan.TableScanner;
import io.bergview.refresh.RefreshKind;
import io.bergview.refresh.RefreshOutcome;
import io.bergview.refresh.RefreshRequest;
import io.bergview.spark.engine.SparkEngine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.apache.iceberg.types.Types;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The library form: refreshes on a session of the program's own, judged by its own SQL. */
class BergviewOnSparkTest {
  @TempDir private static Path folder;
  private static SparkSession spark;

  @BeforeAll
  static void project() throws Exception {
    spark =
        SparkSession.builder()
            .master("local[1]")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "2")
            .config("spark.log.level", "ERROR")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.sql.catalog.lake", "org.apache.iceberg.spark.SparkCatalog")
            .config("spark.sql.catalog.lake.type", "hadoop")
            .config("spark.sql.catalog.lake.warehouse", folder.resolve("warehouse").toString())
            .config("spark.sql.catalog.lake.cache-enabled", "false")
            .getOrCreate();
    Files.createDirectories(folder.resolve("types"));
    Files.createDirectories(folder.resolve("views"));
    Files.writeString(
        folder.resolve("bergview.yaml"),
        "catalogs:\n  lake: {type: hadoop, warehouse: warehouse}\n");
    spark.sql("CREATE NAMESPACE lake.shop");
    for (int version : List.of(2, 3)) {
      String properties =
          "TBLPROPERTIES ('format-version'='%d', 'write.delete.mode'='merge-on-read')"
              .formatted(version);
      spark.sql(
          "CREATE TABLE lake.shop.orders%1$d (id BIGINT, state STRING, total DECIMAL(10, 2), note STRING) USING iceberg %2$s"
              .formatted(version, properties));
      spark.sql(
          "INSERT INTO lake.shop.orders%d SELECT id, concat('s', id %% 3), CAST(id AS DECIMAL(10, 2)) / 4, NULL FROM range(100)"
              .formatted(version));
      Files.writeString(
          folder.resolve("types/orders" + version + ".yaml"),
          "$type: Order%1$d\n$table: shop.orders%1$d\n$id: id\n".formatted(version));
      Files.writeString(
          folder.resolve("views/v" + version + ".yaml"),
          """
          $type: Totals%1$d
          $from: Order%1$d
          $groupBy: [state]
          $compute: {orders: {$count: '*'}, revenue: {$sum: total}, largest: {$max: total}}
          ---
          $type: Rows%1$d
          $from: Order%1$d
          $filter: {total: {$gte: 5}}
          $engine: embedded
          """
              .formatted(version));
    }
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  private static List<Row> sql(String query, Object... arguments) {
    return spark.sql(query.formatted(arguments)).collectAsList();
  }

  private static void assertRight(int version) {
    assertThat(
            sql(
                "SELECT state, orders, revenue, largest FROM lake.shop._views.`Totals%d` ORDER BY"
                    + " state",
                version))
        .isEqualTo(
            sql(
                "SELECT state, count(*), CAST(sum(total) AS DECIMAL(38, 2)), max(total) FROM"
                    + " lake.shop.orders%d GROUP BY state ORDER BY state",
                version));
    assertThat(sql("SELECT id, total FROM lake.shop._views.`Rows%d` ORDER BY id", version))
        .isEqualTo(
            sql("SELECT id, total FROM lake.shop.orders%d WHERE total >= 5 ORDER BY id", version));
  }

  @Test
  void refreshesFollowChangesOnTheSession() {
    try (Bergview bergview = BergviewOnSpark.open(folder, spark)) {
      bergview.apply();
      assertThat(bergview.refreshView(RefreshRequest.ofAll()).failures()).isEmpty();
      for (int version : List.of(2, 3)) {
        assertRight(version);
        sql("DELETE FROM lake.shop.orders%d WHERE id IN (1, 2, 98)", version);
        sql(
            "INSERT INTO lake.shop.orders%1$d VALUES (%2$d, 's9', 7.25, NULL), (%2$d + 1, NULL,"
                + " NULL, NULL)",
            version, 1000);
      }
      RefreshOutcome followed = bergview.refreshView(RefreshRequest.ofAll());
      assertThat(followed.failures()).isEmpty();
      assertThat(followed.done())
          .extracting(result -> result.kind())
          .containsOnly(RefreshKind.MERGE);
      for (int version : List.of(2, 3)) {
        assertRight(version);
      }
      assertThat(bergview.refreshView(RefreshRequest.ofAll()).done())
          .extracting(result -> result.kind())
          .containsOnly(RefreshKind.SKIP);
    }
    assertThat(spark.catalog().listTables().collectAsList()).isEmpty();
    assertThat(sql("SELECT 1 AS one")).hasSize(1);
  }

  @Test
  void queriesThatSparkRejectsAreInternalAndCancelledOnesAreCancelled() {
    try (EngineLease lease = SparkEngine.on(spark).open(scanner()).lease()) {
      EngineSession session = lease.session();
      assertThatThrownBy(() -> session.createTable("t", "SELECT nothing FROM nowhere"))
          .isInstanceOfSatisfying(
              StorageException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INTERNAL))
          .hasMessageContaining("nowhere");
      assertThat(session.createTable("t", "SELECT 1 AS a UNION ALL SELECT 2")).isEqualTo(2);
      assertThat(session.rows("SELECT max(a) FROM t", List.of(Types.IntegerType.get())))
          .containsExactly(List.of(2));
      session.cancel();
      assertThatThrownBy(() -> session.createTable("u", "SELECT 1"))
          .isInstanceOf(CancelledException.class);
    }
  }

  private static TableScanner scanner() {
    return new TableScanner(new LocalFiles(folder.resolve("cache"), 1 << 20, Clock.systemUTC()));
  }
}
