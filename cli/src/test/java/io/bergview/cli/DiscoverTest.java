package io.bergview.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.bergview.api.Bergview;
import io.bergview.fixtures.RowFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code listTables}, {@code describeTable} and {@code discover}, from tables to a view. */
class DiscoverTest {
  private static final String VIEW =
      "$type: OrderView\n"
          + "$from: Order\n"
          + "$expand: [customer]\n"
          + "$select: [order_id, total, customer_name]\n";

  @TempDir private Path folder;
  private Cli cli;

  @BeforeEach
  void tables() {
    cli = Cli.in(folder);
    cli.write(
        "bergview.yaml",
        "catalogs:\n  lake: {type: sqlite, warehouse: warehouse, local.sync: 'false'}\n");
    try (Bergview bergview = Bergview.open(folder)) {
      Catalog lake = bergview.catalog("lake");
      ((SupportsNamespaces) lake).createNamespace(Namespace.of("shop"));
      Table customers =
          lake.createTable(
              TableIdentifier.of("shop", "customers"),
              new Schema(
                  NestedField.optional(1, "customer_id", Types.LongType.get()),
                  NestedField.optional(2, "name", Types.StringType.get())));
      Table orders =
          lake.createTable(
              TableIdentifier.of("shop", "orders"),
              new Schema(
                  NestedField.optional(1, "order_id", Types.LongType.get()),
                  NestedField.optional(2, "customer_id", Types.LongType.get()),
                  NestedField.optional(3, "total", Types.IntegerType.get())));
      for (long id = 1; id <= 10; id++) {
        append(customers, id, "name " + id);
      }
      List<Record> rows = new ArrayList<>();
      for (long id = 1; id <= 50; id++) {
        rows.add(record(orders, id, id % 10 + 1, (int) id));
      }
      RowFiles.append(orders, rows);
    }
  }

  private static Record record(Table table, Object... values) {
    GenericRecord row = GenericRecord.create(table.schema());
    for (int i = 0; i < values.length; i++) {
      row.set(i, values[i]);
    }
    return row;
  }

  private static void append(Table table, Object... values) {
    RowFiles.append(table, List.of(record(table, values)));
  }

  private void change(String table, Consumer<Table> change) {
    try (Bergview bergview = Bergview.open(folder)) {
      change.accept(bergview.catalog("lake").loadTable(TableIdentifier.of("shop", table)));
    }
  }

  private void discoveredView() {
    cli.done("discover");
    cli.write("views/OrderView.yaml", VIEW);
    cli.done("apply");
    cli.done("refreshView", "--all");
  }

  @Test
  void tablesAreListedWithTheirTypes() {
    Cli.Result before = cli.done("listTables");
    assertThat(before.out()).contains("TABLE", "shop.customers", "shop.orders", " 50 ");
    assertThat(before.err()).contains("2 tables have no entity type; 'bergview discover'");
    cli.done("discover", "orders");
    JsonNode json = cli.done("list-tables", "shop.*", "--json").json();
    assertThat(json.get(0).get("types")).isEmpty();
    assertThat(json.get(1).get("table").asText()).isEqualTo("shop.orders");
    assertThat(json.get(1).get("types").get(0).asText()).isEqualTo("Order");
    assertThat(json.get(1).get("rows").asLong()).isEqualTo(50);
  }

  @Test
  void aTableIsDescribed() {
    discoveredView();
    Cli.Result text = cli.done("describeTable", "shop.orders");
    assertThat(text.out())
        .contains("Table shop.orders in catalog lake", "order_id", "Order, $id order_id")
        .contains("customer: -> Customer", "view OrderView");
    JsonNode json = cli.done("describe-table", "shop.orders", "--json").json();
    assertThat(json.get("columns").get(2).get("name").asText()).isEqualTo("total");
    assertThat(json.get("views").get(0).asText()).isEqualTo("OrderView");
    assertThat(json.get("definitions").get(0).get("$type").asText()).isEqualTo("Order");
    Cli.Result view = cli.done("describeTable", "shop_views.order_view");
    assertThat(view.out()).contains("holds         view OrderView");
  }

  @Test
  void branchesAndTagsAreShown() {
    assertThat(cli.done("listTables").out()).doesNotContain("REFS");
    change(
        "orders",
        orders -> {
          long head = orders.currentSnapshot().snapshotId();
          orders.manageSnapshots().createBranch("audit", head).createTag("closed", head).commit();
          orders
              .newDelete()
              .deleteFromRowFilter(Expressions.alwaysTrue())
              .toBranch("audit")
              .commit();
        });
    assertThat(cli.done("listTables").out()).contains("REFS", "audit, closed");
    JsonNode listed = cli.done("listTables", "orders", "--json").json().get(0);
    assertThat(listed.get("refs").toString()).isEqualTo("[\"audit\",\"closed\"]");
    JsonNode audit = cli.done("describeTable", "shop.orders@audit", "--json").json();
    assertThat(audit.get("table").asText()).isEqualTo("shop.orders@audit");
    assertThat(audit.get("rows").asLong()).isZero();
    assertThat(cli.done("describeTable", "shop.orders", "--json").json().get("rows").asLong())
        .isEqualTo(50);
    assertThat(cli.run("describeTable", "shop.orders@audti").exitCode()).isEqualTo(3);
  }

  @Test
  void aPlanPrintsFilesAndWritesNone() {
    Cli.Result planned = cli.done("discover", "--plan");
    assertThat(planned.out())
        .contains("--- types/Order.yaml", "$id: order_id", "customer: '-> Customer'")
        .contains("WOULD WRITE");
    assertThat(Files.exists(folder.resolve("types"))).isFalse();
    JsonNode json = cli.done("discover", "--plan", "--json").json();
    assertThat(json.get("written").asBoolean()).isFalse();
    assertThat(json.get("types")).hasSize(2);
    assertThat(json.get("types").get(1).get("key").get("columns").get(0).asText())
        .isEqualTo("order_id");
  }

  @Test
  void whatIsWrittenIsUsedByAViewAtOnce() {
    Cli.Result written = cli.done("discover");
    assertThat(written.out()).contains("WRITTEN", "types/Order.yaml");
    assertThat(written.err()).contains("Next: look at types/, then bergview apply --plan");
    cli.done("apply", "--plan");
    cli.write("views/OrderView.yaml", VIEW);
    cli.done("apply");
    cli.done("refreshView", "--all");
    assertThat(cli.done("find", "OrderView", "--filter", "{order_id: 3}", "--format", "csv").out())
        .isEqualToNormalizingNewlines("order_id,total,customer_name\n3,3,name 4\n");
    cli.write(
        "views/PerCustomer.yaml",
        "$type: PerCustomer\n$from: Customer\n$compute: {orders: {$count: orders}}\n");
    cli.done("apply");
    cli.done("refreshView", "PerCustomer");
    assertThat(
            cli.done("find", "PerCustomer", "--filter", "{customer_id: 3}", "--format", "csv")
                .out())
        .contains("3,name 3,5");
    assertThat(cli.done("discover").out()).contains("has a type already");
  }

  @Test
  void aTableThatCannotBeReadIsReportedWithItsExitCode() throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve("warehouse/shop/orders/data"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.delete(file);
      }
    }
    Cli.Result result = cli.run("discover", "--json");
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.error().get("table").asText()).isEqualTo("shop.orders");
    assertThat(result.json().get("types")).hasSize(1);
    assertThat(Files.exists(folder.resolve("types/Customer.yaml"))).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "discover nothing.* | 3 | error SOURCE_NOT_FOUND: No table matches 'nothing.*'",
        "listTables shop.order | 3 | (did you mean 'shop.orders'?)",
        "describeTable shop.order | 3 | did you mean 'orders'?",
        "describeTable orders | 2 | names no namespace",
        "discover --accept 1.5 | 2 | The bar of confidence is 1.5; it must be above 0",
        "discover --drift --plan | 2 | --drift proposes nothing",
        "discover --drift nothing.* | 3 | No table of an entity type matches 'nothing.*'"
      })
  void wrongUsageIsReported(String line, int exitCode, String message) {
    Cli.Result result = cli.run(line.split(" "));
    assertThat(result.exitCode()).isEqualTo(exitCode);
    assertThat(result.err()).contains(message);
    assertThat(result.out()).isEmpty();
  }

  @Test
  void withoutDriftTheCommandSaysSo() {
    discoveredView();
    assertThat(cli.done("discover", "--drift").out())
        .isEqualTo("2 types are as their tables are.\n");
  }

  @Test
  void aColumnThatAViewShowsAndThatIsGoneBreaksIt() {
    discoveredView();
    change("orders", table -> table.updateSchema().deleteColumn("total").commit());
    Cli.Result drift = cli.run("discover", "--drift");
    assertThat(drift.exitCode()).isEqualTo(5);
    assertThat(drift.out())
        .contains("gone", "total", "OrderView")
        .contains("breaks  OrderView. SOURCE_SCHEMA_CHANGED: View OrderView reads column 'total'");
    JsonNode json = cli.run("discover", "--drift", "--json").json();
    assertThat(json.get("broken").get(0).get("view").asText()).isEqualTo("OrderView");
    assertThat(cli.run("refreshView", "OrderView").exitCode()).isNotZero();
  }

  @Test
  void aRenameThatTheViewFollowsBreaksOnlyWhatNamesTheColumn() {
    discoveredView();
    change("orders", table -> table.updateSchema().renameColumn("total", "amount").commit());
    Cli.Result drift = cli.run("discover", "--drift");
    assertThat(drift.out()).contains("renamed", "is 'amount' now");
    assertThat(drift.exitCode()).isEqualTo(5);
    assertThat(drift.out()).contains("breaks  OrderView. DEFINITION_INVALID: views/OrderView.yaml");
    cli.done("refreshView", "OrderView");
    cli.write("views/OrderView.yaml", VIEW.replace("total", "amount"));
    Cli.Result mended = cli.done("discover", "--drift");
    assertThat(mended.out()).contains("renamed", "No view breaks.");
  }

  @Test
  void aNewColumnAndAPromotionAreReportedAndBreakNothing() {
    cli.done("discover");
    cli.write("views/All.yaml", "$type: All\n$from: Order\n");
    cli.done("apply");
    change(
        "orders",
        table -> {
          table.updateSchema().addColumn("note", Types.StringType.get()).commit();
          table.updateSchema().updateColumn("total", Types.LongType.get()).commit();
        });
    Cli.Result drift = cli.done("discover", "--drift");
    assertThat(drift.out()).contains("added", "note", "promoted", "total", "No view breaks.");
  }

  @Test
  void aRepeatedKeyBreaksAViewOnlyIfOneOfItsRowsRefersToIt() {
    discoveredView();
    change("customers", table -> append(table, 77L, "a"));
    change("customers", table -> append(table, 77L, "b"));
    Cli.Result unused = cli.done("discover", "--drift");
    assertThat(unused.out()).contains("key repeated", "customer_id", "No view breaks.");
    change("orders", table -> append(table, 99L, 77L, 1));
    Cli.Result used = cli.run("discover", "--drift");
    assertThat(used.exitCode()).isEqualTo(5);
    assertThat(used.out()).contains("breaks  OrderView. DUPLICATE_KEY: ", "customer_id = 77");
    assertThat(cli.run("refreshView", "OrderView").err()).contains("DUPLICATE_KEY");
  }

  @Test
  void aTableThatIsGoneBreaksItsViews() {
    discoveredView();
    try (Bergview bergview = Bergview.open(folder)) {
      bergview.catalog("lake").dropTable(TableIdentifier.of("shop", "customers"));
    }
    Cli.Result drift = cli.run("discover", "--drift");
    assertThat(drift.exitCode()).isEqualTo(5);
    assertThat(drift.out()).contains("table gone", "breaks  OrderView. SOURCE_NOT_FOUND");
  }

  @Test
  void onATerminalTheResultIsTheSame() {
    Cli.Result result = cli.onTerminal("").run("discover", "--plan");
    assertThat(result.exitCode()).isZero();
    assertThat(result.out()).isEqualTo(cli.done("discover", "--plan").out());
  }
}
