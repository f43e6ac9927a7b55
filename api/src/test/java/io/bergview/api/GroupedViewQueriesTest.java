package io.bergview.api;

import static io.bergview.api.Projects.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.errors.UsageException;
import io.bergview.fixtures.CopyOnWrite;
import io.bergview.fixtures.LiveRows;
import io.bergview.fixtures.Progress;
import io.bergview.fixtures.Shop;
import io.bergview.query.QueryResult;
import io.bergview.query.ResultOrigin.AnsweredBy;
import io.bergview.refresh.RefreshRequest;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expressions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Queries to a grouped view that reach on from the groups' foreign keys. */
class GroupedViewQueriesTest {
  @TempDir private Path folder;
  private Bergview bergview;

  @BeforeEach
  void shop() {
    Map<String, String> files = new LinkedHashMap<>(Projects.in("types", Shop.entityTypes()));
    files.put(
        "views/PerCustomer.yaml",
        """
        $type: PerCustomer
        $from: Order
        $groupBy: [{path: customer_id, $as: buyer}]
        $compute: {orders: {$count: '*'}}
        """);
    bergview = Projects.create(folder, "settings: {memory-limit: 512MiB, threads: 2}\n", files);
    Shop.generate(bergview.catalog("lake"), new Shop.Options(0.02, 7), Progress.SILENT);
    bergview.apply();
    bergview.refreshView(RefreshRequest.ofAll());
  }

  @AfterEach
  void close() {
    bergview.close();
  }

  private Table table(String name) {
    return bergview.catalog("lake").loadTable(TableIdentifier.of("shop", name));
  }

  /** The orders of each customer by the name of their tier, from the tables' rows. */
  private Map<Object, Long> ordersPerTier() {
    Map<Object, Object> tiers = new HashMap<>();
    for (Record customer : LiveRows.of(table("customers"))) {
      tiers.put(customer.getField("customer_id"), customer.getField("tier"));
    }
    Map<Object, Long> orders = new HashMap<>();
    LiveRows.of(table("orders"))
        .forEach(
            order -> orders.merge(tier(tiers.get(order.getField("customer_id"))), 1L, Long::sum));
    return orders;
  }

  private static String tier(Object tier) {
    return Objects.toString(tier, "none");
  }

  private Find perTier() {
    return bergview
        .find("PerCustomer")
        .groupBy("customer.tier")
        .compute("{orders: {$sum: orders}}");
  }

  private static Map<Object, Long> byTier(List<Map<String, Object>> rows) {
    Map<Object, Long> orders = new HashMap<>();
    rows.forEach(row -> orders.put(tier(row.get("customer_tier")), (Long) row.get("orders")));
    return orders;
  }

  private static AnsweredBy answeredBy(Find find) {
    try (QueryResult answer = find.answer()) {
      return answer.origin().by();
    }
  }

  @Test
  void includedRelationGivesTheColumnsOfTheRelatedRow() {
    Map<Object, Object> names = new HashMap<>();
    LiveRows.of(table("customers"))
        .forEach(row -> names.put(row.getField("customer_id"), row.getField("name")));
    List<Map<String, Object>> found = rows(bergview.find("PerCustomer").include("customer"));
    assertThat(found)
        .hasSizeGreaterThan(5)
        .allSatisfy(
            row -> assertThat(row.get("customer_name")).isEqualTo(names.get(row.get("buyer"))));
    assertThat(rows(bergview.find("PerCustomer").filter("{customer.name: {$ne: null}}")))
        .hasSize((int) found.stream().filter(row -> row.get("customer_name") != null).count());
  }

  @Test
  void groupsAreGroupedThroughTheRelationByTheViewAndByItsSourcesWhereItIsStale() {
    assertThat(byTier(rows(perTier()))).isEqualTo(ordersPerTier());
    assertThat(answeredBy(perTier())).isEqualTo(AnsweredBy.VIEW);
    CopyOnWrite.delete(table("orders"), Expressions.equal("status", "paid"));
    assertThat(answeredBy(perTier())).isEqualTo(AnsweredBy.SOURCES);
    assertThat(byTier(rows(perTier()))).isEqualTo(ordersPerTier());
  }

  @Test
  void queryThatLeavesOutColumnsOfOneNameIsAnswered() {
    Projects.write(
        folder.resolve("views/Places.yaml"),
        """
        $type: Places
        $from: Order
        $groupBy: [customer_id, customer.address_id]
        $compute: {n: {$count: '*'}}
        """);
    bergview.apply();
    bergview.refreshView(RefreshRequest.ofAll());
    Find find = bergview.find("Places").include("customer", "customer_address").sort("customer_id");
    assertThatThrownBy(() -> rows(find))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("would both be called 'customer_address_id'; choose")
        .hasMessageNotContaining("differ");
    List<Map<String, Object>> found =
        rows(find.select("customer_id", "customer_name", "customer_address_city"));
    assertThat(found).hasSameSizeAs(rows(bergview.find("Places")));
    assertThat(found.get(found.size() - 1).keySet())
        .containsExactly("customer_id", "customer_name", "customer_address_city");
    assertThat(rows(find.select("n", "customer.address_id")).get(0).keySet())
        .containsExactly("n", "customer_address_id");
  }
}
