package io.bergview.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.catalog.Project;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Spark reads what is published of views, through the catalogs that it shares with Bergview. */
@Tag("long")
class PublishedViewsInSparkTest {
  private static final Map<String, String> TYPES =
      Map.of("Order.yaml", "$type: Order\n$table: shop.orders\n$id: order_id\n");

  private static final String TOTALS =
      """
      $type: %s
      $publish: %s
      $from: Order
      $groupBy: [status, {day: at}]
      $compute:
        orders: {$count: '*'}
        revenue: {$sum: total}
        mean: {$avg: total}
        largest: {$max: total}
        kinds: {$countDistinct: kind}
      """;

  /** Of the aggregates, those whose results have the same type in both. */
  private static final String EXPECTED =
      "SELECT status, count(*) AS orders, max(total) AS largest, count(DISTINCT kind) AS kinds FROM"
          + " lake.shop.orders GROUP BY status, date_trunc('day', at)";

  private static final String READ = "SELECT status, orders, largest, kinds FROM %s";

  @TempDir private static Path folder;
  private static Lake lake;

  @BeforeAll
  static void fill() {
    lake = Lake.create(folder, TYPES);
    lake.spark("CREATE NAMESPACE lake.shop");
    lake.spark(
        """
        CREATE TABLE shop.orders USING iceberg AS
        SELECT id AS order_id, IF(id % 7 = 0, NULL, CONCAT('s', id % 4)) AS status,
          CAST(id * 3 % 101 AS DECIMAL(10,2)) AS total, id % 5 AS kind,
          TIMESTAMP '2026-01-01 00:00:00' + MAKE_INTERVAL(0, 0, 0, CAST(id % 3 AS INT)) AS at
        FROM RANGE(500)
        """);
  }

  @AfterAll
  static void close() {
    lake.close();
  }

  private static void holds(String published, String view) {
    ComparableRows rows = lake.spark("SELECT * FROM " + published);
    Bags.assertSame("the published view", rows, "Iceberg's reader", lake.view(view));
    Bags.assertSame("the published view", rows, "the table in Spark", lake.viewInSpark(view));
  }

  @Test
  void theRowsOfAGroupedViewAreReadAndFollowed() {
    lake.define("Totals", TOTALS.formatted("Totals", "shop.totals"));
    lake.refresh("Totals");
    holds("lake.shop.totals", "Totals");
    Bags.assertSame(
        "the published view",
        lake.spark(READ.formatted("lake.shop.totals")),
        "Spark's query",
        lake.spark(EXPECTED));
    lake.spark(
        "INSERT INTO shop.orders SELECT 1000 + order_id, 'new', total, kind, at FROM shop.orders"
            + " WHERE order_id < 50");
    lake.spark("DELETE FROM shop.orders WHERE order_id % 10 = 3");
    assertThat(lake.refresh("Totals").kind().label()).isEqualTo("merge");
    holds("lake.shop.totals", "Totals");
    Bags.assertSame(
        "the published view",
        lake.spark(READ.formatted("lake.shop.totals")),
        "Spark's query",
        lake.spark(EXPECTED));
  }

  @Test
  void columnsChangeAndNamesDo() {
    lake.define("Changing", TOTALS.formatted("Changing", "shop.changing"));
    lake.refresh("Changing");
    lake.define(
        "Changing",
        "$type: Changing\n"
            + "$publish: shop.changing\n"
            + "$from: Order\n"
            + "$select: {kind: kind, id: order_id}\n");
    assertThat(lake.spark("SELECT * FROM lake.shop.changing").columns()).contains("mean");
    lake.refresh("Changing");
    holds("lake.shop.changing", "Changing");
    assertThat(lake.spark("SELECT * FROM lake.shop.changing").columns())
        .containsExactly("kind", "id");
    lake.define(
        "Changing",
        "$type: Changing\n"
            + "$publish: shop.changed\n"
            + "$from: Order\n"
            + "$select: {kind: kind, id: order_id}\n");
    holds("lake.shop.changed", "Changing");
    assertThatThrownBy(() -> lake.spark("SELECT * FROM lake.shop.changing"))
        .hasMessageContaining("TABLE_OR_VIEW_NOT_FOUND");
  }

  /** Also a namespace that is called as a catalog is, and one within another. */
  @Test
  void namesOfAnyKind() {
    SupportsNamespaces namespaces = (SupportsNamespaces) lake.catalog();
    namespaces.createNamespace(Namespace.of("lake"));
    int number = 0;
    for (String table :
        List.of(
            "lake.lake.`select`",
            "shop.sales.`from`",
            "`Shop.Views`.`Ta``ble x`",
            "lake.`a b`.c")) {
      String view = "Named" + number++;
      lake.define(
          view,
          """
          $type: %s
          $publish: marts.`%s`
          $table: '%s'
          $from: Order
          $select: {'Ünï "q"': status, 'tick`tick': total, order: order_id, 'UPPER Case': kind}
          """
              .formatted(view, "v " + view, table));
      lake.refresh(view);
      Bags.assertSame(
          "the published view",
          lake.spark("SELECT * FROM lake.marts.`v " + view + "`"),
          "Iceberg's reader",
          lake.view(view));
    }
  }

  /** Spark calls the catalog by another name than the project does. */
  @Test
  void aRestCatalogUnderWhateverName(@TempDir Path served) throws IOException {
    String settings = CatalogServer.REST.catalogOf(served);
    Files.writeString(served.resolve(Project.FILE), settings + "settings: {memory-limit: 1GiB}\n");
    String uri = settings.replaceAll("(?s).*'(http[^']+)'.*", "$1");
    Lake project = Lake.open(served, TYPES);
    try {
      Map<String, String> catalog =
          Map.of(
              "", "org.apache.iceberg.spark.SparkCatalog",
              ".type", "rest",
              ".uri", uri,
              ".cache-enabled", "false");
      catalog.forEach(
          (key, value) ->
              Spark.sql(served, "SET `spark.sql.catalog.sales%s`=`%s`".formatted(key, value)));
      Spark.sql(served, "CREATE NAMESPACE sales.shop");
      Spark.sql(
          served,
          """
          CREATE TABLE sales.shop.orders USING iceberg AS
          SELECT id AS order_id, CONCAT('s', id % 4) AS status, CAST(id AS DECIMAL(10,2)) AS total,
            id % 5 AS kind, TIMESTAMP '2026-01-01 00:00:00' AS at
          FROM RANGE(100)
          """);
      project.define("Totals", TOTALS.formatted("Totals", "shop.totals"));
      project.refresh("Totals");
      ComparableRows rows = project.view("Totals");
      assertThat(rows.rows()).hasSize(4);
      Bags.assertSame(
          "the published view",
          ComparableRows.of(Spark.sql(served, "SELECT * FROM sales.shop.totals")),
          "Iceberg's reader",
          rows);
    } finally {
      project.close();
    }
  }
}
