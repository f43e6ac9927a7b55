package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bergview.catalog.Project;
import io.bergview.catalog.lineage.SummaryKeys;
import io.bergview.catalog.view.PublishedViews;
import io.bergview.fixtures.Compaction;
import io.bergview.fixtures.RowFiles;
import io.bergview.staleness.Freshness;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.catalog.ViewCatalog;
import org.apache.iceberg.data.Record;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Views over tables of other catalogs than their own: the lineage says which, to every reader. */
class TwoCatalogsTest {
  private static final String CATALOGS =
      """
      catalogs:
        lake: {type: sqlite, warehouse: warehouse, local.sync: 'false'}
        archive: {type: sqlite, warehouse: archive, local.sync: 'false'}
      default-catalog: %s
      """
          + TestProject.SETTINGS;

  private static final String TOTALS = "$groupBy: [status]\n$compute: {n: {$count: '*'}}\n";

  @TempDir Path folder;
  private TestProject project;
  private SmallShop shop;

  @BeforeEach
  void openTwoCatalogs() throws Exception {
    project = TestProject.create(folder, CATALOGS.formatted("lake"));
    shop = SmallShop.filled(project);
    Catalog archive = project.context().catalogs().catalog("archive");
    ((SupportsNamespaces) archive).createNamespace(Namespace.of("shop"));
    ((SupportsNamespaces) archive).createNamespace(Namespace.of("shop_views"));
    TableIdentifier orders = TableIdentifier.of("shop", "orders");
    addTo(
        archive.createTable(
            orders, SmallShop.ORDERS, PartitionSpec.unpartitioned(), Map.of("format-version", "2")),
        70);
    project.write(
        "types/archived.yaml", "$type: Archived\n$table: archive.shop.orders\n$id: order_id\n");
  }

  @AfterEach
  void close() {
    project.close();
  }

  private void addTo(Table orders, long id) {
    AppendFiles append = orders.newAppend();
    RowFiles.write(orders, FileFormat.PARQUET, 0, List.of(order(id))).forEach(append::appendFile);
    append.commit();
  }

  private Record order(long id) {
    return shop.order(id, 1L, "paid", "2.00", 1);
  }

  private Table archived() {
    return project
        .context()
        .catalogs()
        .catalog("archive")
        .loadTable(TableIdentifier.of("shop", "orders"));
  }

  /** The sources of the lineage as another reader of the specification finds them. */
  private String sources(String view) {
    return sources(project.tableOf(view).currentSnapshot().summary());
  }

  private static String sources(Map<String, String> summary) {
    try {
      StringBuilder sources = new StringBuilder();
      JsonNode state = new ObjectMapper().readTree(summary.get(SummaryKeys.REFRESH_STATE));
      for (JsonNode source : state.get("source-states")) {
        sources
            .append(source.path("catalog").asText("-"))
            .append('.')
            .append(source.get("namespace").get(0).asText())
            .append('.')
            .append(source.get("name").asText())
            .append(' ');
      }
      return sources.toString().trim();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void define(String view, String table, String from) {
    project.define(
        view,
        (table.isEmpty() ? "" : "$table: " + table + "\n") + "$from: " + from + "\n" + TOTALS);
  }

  private void isFollowed(String view, Table source, long id) {
    assertThat(project.refresh(view).kind()).as("nothing to do").isEqualTo(RefreshKind.SKIP);
    addTo(source, id);
    assertThat(project.refresh(view).kind()).isEqualTo(RefreshKind.MERGE);
    assertThat(project.state(view).state()).isEqualTo(Freshness.FRESH);
    assertThat(project.verify(view).equal()).isTrue();
  }

  /** The lineage of a view as it was written before catalogs were named in it. */
  private void makeOld(String view) {
    Table table = project.tableOf(view);
    Map<String, String> summary = new TreeMap<>(table.currentSnapshot().summary());
    summary
        .keySet()
        .removeIf(key -> !SummaryKeys.REFRESH_STATE.equals(key) && !key.startsWith("bergview."));
    summary.computeIfPresent(
        SummaryKeys.REFRESH_STATE, (key, text) -> text.replace("\"catalog\":\"lake\",", ""));
    AppendFiles append = table.newAppend();
    summary.forEach(append::set);
    append.commit();
  }

  @Test
  void aViewOfAnotherCatalogNamesTheDefaultOne() {
    define("V", "archive.shop_views.v", "Order");
    project.refresh("V");
    assertThat(sources("V")).isEqualTo("lake.shop.orders");
    isFollowed("V", shop.orders(), 71);
    assertThat(sources("V")).isEqualTo("lake.shop.orders");
  }

  @Test
  void whatIsInTheCatalogOfTheViewIsFollowedToo() {
    define("V", "archive.shop_views.v", "Archived");
    project.refresh("V");
    assertThat(sources("V")).isEqualTo("archive.shop.orders");
    isFollowed("V", archived(), 71);
  }

  @Test
  void aViewOfTheDefaultCatalogNamesOnlyOthers() {
    define("V", "shop_views.v", "Archived");
    define("W", "", "Order");
    project.refresh("V");
    project.refresh("W");
    assertThat(sources("V")).isEqualTo("archive.shop.orders");
    assertThat(sources("W")).isEqualTo("-.shop.orders");
    isFollowed("V", archived(), 71);
    isFollowed("W", shop.orders(), 72);
  }

  @Test
  void twoTablesOfOneNameAreTwoSources() {
    project.define(
        "V",
        """
        $table: archive.shop_views.v
        $sql: |
          SELECT o.status, count(*) AS n, count(a.order_id) AS archived
          FROM shop.orders o LEFT JOIN archive.shop.orders a ON a.order_id = o.order_id
          GROUP BY o.status
        """);
    project.refresh("V");
    assertThat(sources("V").split(" "))
        .containsExactlyInAnyOrder("lake.shop.orders", "archive.shop.orders");
    isFollowed("V", archived(), 10);
    isFollowed("V", shop.orders(), 70);
  }

  @Test
  void theNameOfATableMeansThatOfItsCatalogWhicheverTypesAreDeclared() {
    for (String declared : List.of("types/none.yaml", "types/archived.yaml", "types/shop.yaml")) {
      project.remove(declared);
      for (String name : List.of("shop.orders", "lake.shop.orders", "archive.shop.orders")) {
        project.define("V", "$sql: SELECT count(*) AS n FROM " + name + "\n");
        project.refresh("V");
        assertThat(project.contents("V"))
            .as("%s without %s", name, declared)
            .containsExactly(Map.of("n", name.startsWith("archive") ? 1L : 5L));
        project.registry().drop("V");
      }
    }
  }

  @Test
  void aCascadeNamesTheBaseTableOfWhicheverCatalog() {
    define("Lower", "", "Order");
    project.define(
        "Upper",
        "$table: archive.shop_views.upper\n$from: Lower\n$groupBy: []\n$compute: {n: {$sum: n}}\n");
    project.define(
        "Top", "$table: shop_views.top\n$from: Upper\n$groupBy: []\n$compute: {n: {$sum: n}}\n");
    assertThat(project.refresh(RefreshRequest.ofAll()).failures()).isEmpty();
    assertThat(sources("Upper")).isEqualTo("lake.shop_views.lower lake.shop.orders");
    assertThat(sources("Top"))
        .isEqualTo("archive.shop_views.upper -.shop_views.lower -.shop.orders");
    addTo(shop.orders(), 71);
    assertThat(project.refresh(RefreshRequest.ofAll()).done())
        .extracting(RefreshResult::kind)
        .doesNotContain(RefreshKind.FULL, RefreshKind.SKIP);
    assertThat(project.contents("Top")).containsExactly(Map.of("n", 6L));
    makeOld("Upper");
    addTo(shop.orders(), 72);
    assertThat(project.refresh(RefreshRequest.ofAll()).done())
        .extracting(RefreshResult::kind)
        .doesNotContain(RefreshKind.FULL, RefreshKind.SKIP);
    assertThat(project.contents("Top")).containsExactly(Map.of("n", 7L));
  }

  @Test
  void anEarlierLineageStillHolds() {
    define("V", "archive.shop_views.v", "Order");
    project.refresh("V");
    makeOld("V");
    assertThat(sources("V")).isEqualTo("-.shop.orders");
    assertThat(project.state("V").state()).isEqualTo(Freshness.FRESH);
    isFollowed("V", shop.orders(), 71);
    assertThat(sources("V")).isEqualTo("lake.shop.orders");
  }

  @Test
  void anEarlierLineageAdvancesOnlyWhenThereIsSomethingToAdvanceTo() {
    define("V", "archive.shop_views.v", "Order");
    project.refresh("V");
    makeOld("V");
    long before = project.tableOf("V").currentSnapshot().snapshotId();
    assertThat(project.refresh("V").kind()).isEqualTo(RefreshKind.SKIP);
    assertThat(project.tableOf("V").currentSnapshot().snapshotId()).isEqualTo(before);
    Compaction.rewrite(shop.orders());
    assertThat(project.refresh("V").kind()).isEqualTo(RefreshKind.SKIP);
    assertThat(sources("V")).isEqualTo("lake.shop.orders");
  }

  @Test
  void whatIsPublishedIsInTheCatalogOfTheView() {
    project.define("V", "$table: archive.shop_views.v\n$publish: shop.v\n$from: Order\n" + TOTALS);
    TableIdentifier name = TableIdentifier.of("shop", "v");
    ViewCatalog archive = (ViewCatalog) project.context().catalogs().catalog("archive");
    assertThat(((ViewCatalog) project.catalog()).viewExists(name)).isFalse();
    assertThat(archive.loadView(name).sqlFor("trino").sql())
        .endsWith(" FROM \"archive\".\"shop_views\".\"v\"");
    project.close();
    project.write(Project.FILE, CATALOGS.formatted("archive"));
    project = TestProject.open(folder);
    assertThat(PublishedViews.isBehind(project.view("V"))).isFalse();
    project.registry().drop("V");
    archive = (ViewCatalog) project.context().catalogs().catalog("archive");
    assertThat(archive.viewExists(name)).isFalse();
  }

  @Test
  void namesWithACatalogSurviveAnotherDefault() {
    project.write("types/named.yaml", "$type: Named\n$table: lake.shop.orders\n$id: order_id\n");
    project.remove("types/shop.yaml");
    define("V", "archive.shop_views.v", "Named");
    define("W", "lake.shop_views.w", "Archived");
    project.refresh(RefreshRequest.ofAll());
    assertThat(sources("V")).isEqualTo("lake.shop.orders");
    project.close();
    project.write(Project.FILE, CATALOGS.formatted("archive"));
    project = TestProject.open(folder);
    isFollowed("V", lakeOrders(), 71);
    isFollowed("W", archived(), 72);
    assertThat(sources("V")).isEqualTo("lake.shop.orders");
    assertThat(sources("W")).isEqualTo("archive.shop.orders");
  }

  @Test
  void aNameWithoutOneIsAnotherTableUnderAnotherDefaultAndIsReadFromTheStart() {
    define("V", "archive.shop_views.v", "Order");
    project.refresh("V");
    project.close();
    project.write(Project.FILE, CATALOGS.formatted("archive"));
    project = TestProject.open(folder);
    assertThat(project.refresh("V").kind()).isEqualTo(RefreshKind.FULL);
    assertThat(sources("V")).isEqualTo("-.shop.orders");
    assertThat(project.rows("V")).hasSize(1);
  }

  private Table lakeOrders() {
    return project
        .context()
        .catalogs()
        .catalog("lake")
        .loadTable(TableIdentifier.of("shop", "orders"));
  }
}
