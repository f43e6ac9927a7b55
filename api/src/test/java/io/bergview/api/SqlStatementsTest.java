package io.bergview.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.api.sql.SqlResult;
import io.bergview.errors.BergviewException;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.NotFoundException;
import io.bergview.errors.UsageException;
import io.bergview.fixtures.Progress;
import io.bergview.fixtures.Shop;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Statements over views and tables do what the operations of the same names do. */
class SqlStatementsTest {
  private static final Map<String, String> FILES =
      Map.of(
          "types/Order.yaml", "{$type: Order, $table: shop.orders, $id: order_id}",
          "views/ByStatus.yaml",
              "{$type: ByStatus, $from: Order, $groupBy: [status], $compute: {n: {$count: '*'}}}",
          "views/Odd name.yaml", "{$type: Odd name, $from: ByStatus}");

  @TempDir private Path folder;
  private Bergview bergview;

  @BeforeEach
  void shop() {
    bergview = Projects.create(folder, "settings: {threads: 1}\n", FILES);
    Shop.generate(bergview.catalog("lake"), new Shop.Options(0.01, 42), Progress.SILENT);
    bergview.apply();
  }

  @AfterEach
  void close() {
    bergview.close();
  }

  private SqlResult.Table table(String statement) {
    return (SqlResult.Table) bergview.sql(statement);
  }

  private List<Object> column(String statement, int index) {
    return table(statement).rows().stream().map(row -> (Object) row.get(index)).toList();
  }

  private String message(String statement) {
    return ((SqlResult.Message) bergview.sql(statement)).text();
  }

  @Test
  void viewsAreRefreshedMaintainedAndVerified() {
    assertThat(column("REFRESH MATERIALIZED VIEW \"Odd name\" WITH UPSTREAM", 0))
        .containsExactly("ByStatus", "Odd name");
    assertThat(column("REFRESH MATERIALIZED VIEW ByStatus", 1)).containsExactly("skip");
    assertThat(column("REFRESH MATERIALIZED VIEW ByStatus FULL", 1)).containsExactly("full");
    assertThat(column("VACUUM MATERIALIZED VIEW ByStatus", 0)).containsExactly("ByStatus");
    assertThat(column("COMPACT MATERIALIZED VIEW ByStatus", 0)).containsExactly("ByStatus");
    assertThat(message("VERIFY MATERIALIZED VIEW ByStatus"))
        .startsWith("ByStatus is what a recompute gives");
  }

  @Test
  void viewsAndTablesAreShown() {
    assertThat(column("SHOW MATERIALIZED VIEWS", 0)).containsExactly("ByStatus", "Odd name");
    assertThat(column("SHOW TABLES IN lake.shop", 0))
        .contains("shop.orders")
        .isEqualTo(column("SHOW TABLES IN SHOP", 0))
        .doesNotContain("shop_views.by_status");
    assertThat(column("SHOW TABLES", 0)).contains("shop_views.by_status");
    assertThat(table("SHOW TABLES IN nowhere").rows()).isEmpty();
    assertThat(column("DESCRIBE bystatus", 0)).containsExactly("status", "n");
    assertThat(column("EXPLAIN MATERIALIZED VIEW ByStatus", 0)).containsOnly("Order");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "orders",
        "ORDERS",
        "shop.Orders",
        "lake.shop.orders",
        "\"lake\".\"shop\".\"orders\""
      })
  void aTableIsFoundByAsManyPartsAsItNeeds(String name) {
    assertThat(column("DESCRIBE " + name, 0)).contains("order_id");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ByStatus",
        "BYSTATUS",
        "\"ByStatus\"",
        "by_status",
        "shop_views.by_status",
        "shop_views.ByStatus",
        "lake.shop_views.by_status"
      })
  void aViewIsFoundByItsNameAndThatOfItsTable(String name) {
    assertThat(column("REFRESH MATERIALIZED VIEW " + name, 0)).containsExactly("ByStatus");
  }

  @Test
  void whatIsNotThereIsSaid() {
    assertThatThrownBy(() -> bergview.sql("REFRESH MATERIALIZED VIEW \"bystatus\""))
        .isInstanceOf(NotFoundException.class)
        .hasMessage("There is no view 'bystatus' (did you mean 'ByStatus'?)");
    assertThatThrownBy(() -> bergview.sql("DROP MATERIALIZED VIEW shop.ByStatus"))
        .isInstanceOf(NotFoundException.class);
    assertThatThrownBy(() -> bergview.sql("DESCRIBE shop.order"))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("did you mean 'shop.orders'?");
    assertThat(message("DROP MATERIALIZED VIEW IF EXISTS Nope")).contains("nothing was done");
  }

  @Test
  void settingsAreAltered() {
    assertThat(
            message(
                "ALTER MATERIALIZED VIEW ByStatus SET (grace_period = '15 minutes', order_by = 'n"
                    + " DESC', shards = 4, event_types = ('CREATE', 'UPDATE'))"))
        .startsWith("altered ByStatus");
    assertThat(bergview.explainView("ByStatus").definition())
        .contains("\"gracePeriod\":\"15m\"", "[{\"n\":\"desc\"}]", "\"$shards\":4");
    message("ALTER MATERIALIZED VIEW ByStatus SET (grace_period = DEFAULT)");
    assertThat(bergview.explainView("ByStatus").definition()).doesNotContain("gracePeriod");
  }

  @Test
  void aViewIsDroppedUnlessOthersReadIt() {
    assertThatThrownBy(() -> bergview.sql("DROP MATERIALIZED VIEW ByStatus"))
        .isInstanceOfSatisfying(
            BergviewException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.VIEW_IN_USE));
    assertThat(message("DROP MATERIALIZED VIEW \"Odd name\"")).startsWith("dropped Odd name");
    assertThat(message("drop materialized view bystatus;")).startsWith("dropped ByStatus");
    assertThat(bergview.listViews().views()).isEmpty();
  }

  @Test
  void severalStatementsRunInOrder() {
    List<SqlResult> results = new ArrayList<>();
    bergview.sql(
        "REFRESH MATERIALIZED VIEW ByStatus; DROP MATERIALIZED VIEW \"Odd name\"; SHOW MATERIALIZED"
            + " VIEWS",
        results::add);
    assertThat(results).hasSize(3);
    assertThat(((SqlResult.Table) results.get(2)).rows()).hasSize(1);
    assertThatThrownBy(() -> bergview.sql("SHOW TABLES; SHOW TABLES"))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("there are 2");
    assertThatThrownBy(() -> bergview.sql("DROP MATERIALIZED VIEW ByStatus; SHOW", result -> {}))
        .hasMessageContaining("cut off");
    assertThat(bergview.listViews().views()).hasSize(1);
  }

  @Test
  void aViewThatExistsIsNotCreatedAgain() {
    assertThatThrownBy(() -> bergview.sql("CREATE MATERIALIZED VIEW bystatus AS SELECT 1"))
        .isInstanceOfSatisfying(
            BergviewException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.VIEW_EXISTS));
    assertThat(message("CREATE MATERIALIZED VIEW IF NOT EXISTS ByStatus AS SELECT 1"))
        .isEqualTo("view ByStatus exists; nothing was done");
  }
}
