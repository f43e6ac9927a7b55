package io.bergview.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.api.sql.SqlResult;
import io.bergview.define.DefinePlan;
import io.bergview.errors.BergviewException;
import io.bergview.errors.DefinitionException;
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
import org.junit.jupiter.params.provider.CsvSource;
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

  @Test
  void schemasAreMadeShownAndDropped() {
    assertThat(message("CREATE SCHEMA raw")).isEqualTo("created raw");
    assertThatThrownBy(() -> bergview.sql("CREATE SCHEMA raw"))
        .isInstanceOfSatisfying(
            BergviewException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.NAMESPACE_EXISTS));
    assertThat(message("CREATE SCHEMA IF NOT EXISTS raw"))
        .isEqualTo("schema raw exists, nothing was done");
    assertThat(column("SHOW SCHEMAS", 0)).contains("raw", "shop", "shop_views");
    assertThat(column("SHOW SCHEMAS IN lake", 0)).isEqualTo(column("SHOW SCHEMAS", 0));
    assertThatThrownBy(() -> bergview.sql("DROP SCHEMA shop_views"))
        .isInstanceOfSatisfying(
            BergviewException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.NAMESPACE_NOT_EMPTY));
    assertThat(message("DROP SCHEMA raw")).isEqualTo("dropped raw");
    assertThat(message("DROP SCHEMA IF EXISTS raw"))
        .isEqualTo("there is no schema raw, nothing was done");
    assertThat(message("DROP SCHEMA shop_views CASCADE")).isEqualTo("dropped shop_views");
    assertThat(table("SHOW MATERIALIZED VIEWS").rows()).isEmpty();
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
    message("ALTER MATERIALIZED VIEW ByStatus SET (SHARD KEY (n))");
    assertThat(bergview.explainView("ByStatus").shards().sharding().orElseThrow().column())
        .isEqualTo("n");
    message("ALTER MATERIALIZED VIEW ByStatus SET (shard_key = status, shards = 6)");
    assertThat(bergview.explainView("ByStatus").definition())
        .contains("\"$shards\":6,\"$shardKey\":\"status\"");
    assertThatThrownBy(() -> bergview.sql("ALTER MATERIALIZED VIEW ByStatus SET (shards = 0)"))
        .hasMessageContaining("0 shards means as many as");
    message("ALTER MATERIALIZED VIEW ByStatus SET (shard_key = DEFAULT, shards = DEFAULT)");
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

  private List<List<Object>> rows(String query) throws Exception {
    List<List<Object>> rows = new ArrayList<>();
    try (SqlResult.Answer answer = (SqlResult.Answer) bergview.sql(query)) {
      answer.rows().forEachRow(row -> rows.add(new ArrayList<>(row)));
    }
    return rows;
  }

  @Test
  void aViewIsCreatedRefreshedQueriedAndShownAsAStatement() throws Exception {
    message(
        "CREATE MATERIALIZED VIEW Paid (id, amount) PARTITIONED BY (bucket(4, id)) REFRESH ON"
            + " COMMIT GRACE PERIOD '1 hour' AS SELECT order_id, total FROM shop.orders WHERE"
            + " status = 'paid'");
    bergview.sql("REFRESH MATERIALIZED VIEW paid").close();
    assertThat(rows("SELECT count(*), sum(amount) FROM paid"))
        .isEqualTo(rows("SELECT count(*), sum(total) FROM shop.orders WHERE status = 'paid'"));
    String statement = String.valueOf(column("SHOW CREATE MATERIALIZED VIEW paid", 1).get(0));
    assertThat(statement)
        .startsWith("CREATE MATERIALIZED VIEW Paid\n  PARTITIONED BY (bucket(4, id))");
    assertThat(message(statement.replace("CREATE", "CREATE OR REPLACE")))
        .isEqualTo("unchanged Paid (table shop_views.paid)");
    assertThat(
            message("CREATE OR REPLACE MATERIALIZED VIEW PAID AS SELECT 1 AS one FROM shop.orders"))
        .isEqualTo("altered Paid (table shop_views.paid)");
  }

  @Test
  void aViewGetsAnotherQueryAndKeepsItsOptions() throws Exception {
    message(
        "CREATE MATERIALIZED VIEW Paid WITH (retries = 3) AS SELECT order_id FROM shop.orders WHERE"
            + " status = 'paid'");
    message("ALTER MATERIALIZED VIEW paid AS SELECT order_id, total FROM shop.orders");
    bergview.sql("REFRESH MATERIALIZED VIEW paid").close();
    assertThat(column("DESCRIBE paid", 0)).containsExactly("order_id", "total");
    assertThat(column("SHOW CREATE MATERIALIZED VIEW paid", 1).get(0).toString())
        .contains("retries = 3");
    message("ALTER MATERIALIZED VIEW ByStatus AS SELECT status FROM shop.orders");
    assertThat(column("SHOW CREATE MATERIALIZED VIEW ByStatus", 1).get(0).toString())
        .contains("shop_views.by_status", "AS SELECT status FROM shop.orders;");
  }

  @Test
  void aViewOfTheLanguageIsShownAsTheStatementOfAnEqualOne() throws Exception {
    String statement = String.valueOf(column("SHOW CREATE MATERIALIZED VIEW bystatus", 1).get(0));
    assertThat(statement)
        .isEqualTo(
            """
            CREATE MATERIALIZED VIEW ByStatus
            AS SELECT
              "order".status,
              count(*) AS n
            FROM "Order" AS "order"
            GROUP BY "order".status;\
            """);
    message(statement.replace("ByStatus", "Same"));
    bergview.sql("REFRESH MATERIALIZED VIEW Same").close();
    bergview.sql("REFRESH MATERIALIZED VIEW ByStatus").close();
    assertThat(rows("SELECT status, n FROM Same ORDER BY status"))
        .isEqualTo(rows("SELECT status, n FROM ByStatus ORDER BY status"));
    assertThat(String.valueOf(column("SHOW CREATE MATERIALIZED VIEW \"Odd name\"", 1).get(0)))
        .contains("FROM ByStatus AS bystatus");
  }

  @Test
  void explainSaysWhatACreationWouldDo() {
    SqlResult.Table plan =
        table(
            "EXPLAIN CREATE MATERIALIZED VIEW v AS SELECT status, count(*) AS n FROM shop.orders"
                + " GROUP BY 1");
    assertThat(plan.rows()).isNotEmpty();
    assertThat(plan.remarks().get(0)).startsWith("would create v (table shop_views.v)");
    assertThat(column("EXPLAIN SELECT count(*) FROM shop.orders", 1)).contains("chosen");
    assertThat(bergview.listViews().views()).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "CREATE MATERIALIZED VIEW v AS SELECT nope FROM shop.orders | :1:38: | there is no column"
            + " 'nope'",
        "CREATE MATERIALIZED VIEW v (a) AS SELECT nope FROM shop.orders | :1:42: | there is no"
            + " column 'nope'",
        "CREATE MATERIALIZED VIEW v WITH (shards = -1) AS SELECT 1 FROM shop.orders | :1:43: |"
            + " shards",
        "ALTER MATERIALIZED VIEW ByStatus AS SELECT nope FROM shop.orders | :1:44: | there is no"
            + " column 'nope'",
        "EXPLAIN CREATE MATERIALIZED VIEW v AS SELECT nope FROM shop.orders | :1:46: | nope",
        "SELECT 1, nope FROM shop.orders | :1:11: | there is no column 'nope'",
      })
  void whatIsWrongWithAQueryHasItsPlaceInTheStatement(String text, String place, String message) {
    assertThatThrownBy(() -> bergview.sql(text))
        .hasMessageContaining(place.substring(1))
        .hasMessageContaining(message);
  }

  @Test
  void oneFileOfStatementsIsDefined() {
    Path file = folder.resolve("elsewhere.SQL");
    Projects.write(
        file,
        "CREATE MATERIALIZED VIEW a AS SELECT order_id FROM shop.orders;\n"
            + "CREATE MATERIALIZED VIEW b AS SELECT * FROM a");
    assertThat(bergview.define(file)).extracting(DefinePlan::view).containsExactly("a", "b");
    Projects.write(file, "-- nothing");
    assertThatThrownBy(() -> bergview.define(file)).isInstanceOf(UsageException.class);
    assertThatThrownBy(() -> bergview.define(folder.resolve("nope.sql")))
        .isInstanceOf(NotFoundException.class);
  }

  @Test
  void aProblemOfAnotherFileKeepsItsPlace() {
    Projects.write(folder.resolve("types/Bad.yaml"), "$type: Bad\n$tabel: shop.orders\n");
    assertThatThrownBy(
            () -> bergview.sql("CREATE MATERIALIZED VIEW v AS SELECT order_id FROM shop.orders"))
        .isInstanceOf(DefinitionException.class)
        .hasMessageContaining("types/Bad.yaml:2:1:");
  }

  @Test
  void filesOfStatementsAreAppliedLikeOthers() throws Exception {
    Path file = folder.resolve("views/paid.sql");
    Projects.write(
        file,
        """
        -- what was paid, and how often
        CREATE MATERIALIZED VIEW PaidTotal AS SELECT count(*) AS n FROM Paid;
        CREATE MATERIALIZED VIEW Paid AS
          SELECT order_id, total FROM shop.orders WHERE status = 'paid';
        """);
    assertThat(bergview.apply().steps())
        .extracting(DefinePlan::view)
        .contains("Paid", "PaidTotal")
        .containsSubsequence("Paid", "PaidTotal");
    assertThat(bergview.apply().steps())
        .extracting(DefinePlan::action)
        .containsOnly(DefinePlan.Action.UNCHANGED);
    bergview.sql("REFRESH MATERIALIZED VIEW PaidTotal WITH UPSTREAM").close();
    assertThat(rows("SELECT n FROM PaidTotal"))
        .isEqualTo(rows("SELECT count(*) FROM shop.orders WHERE status = 'paid'"));
    Projects.write(
        file, "CREATE MATERIALIZED VIEW Paid AS\n  SELECT nope FROM shop.orders;\nSHOW TABLES;\n");
    assertThatThrownBy(() -> bergview.apply())
        .isInstanceOf(DefinitionException.class)
        .hasMessageContaining("views/paid.sql:3:1: a file of definitions has CREATE");
    Projects.write(file, "CREATE MATERIALIZED VIEW Paid AS\n  SELECT nope FROM shop.orders;\n");
    assertThatThrownBy(() -> bergview.apply())
        .isInstanceOf(DefinitionException.class)
        .hasMessageContaining("views/paid.sql:2:10:");
  }
}
