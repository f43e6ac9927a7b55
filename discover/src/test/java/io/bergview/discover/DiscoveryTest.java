package io.bergview.discover;

import static io.bergview.discover.Lake.columns;
import static io.bergview.discover.Lake.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.errors.DefinitionException;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.NotFoundException;
import io.bergview.errors.UsageException;
import io.bergview.pipeline.CancelledException;
import io.bergview.projection.definition.Relation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Types proposed for small tables, whose rows say what is right. */
class DiscoveryTest {
  private static final Type LONG = Types.LongType.get();
  private static final Type INT = Types.IntegerType.get();
  private static final Type TEXT = Types.StringType.get();

  @TempDir private Path folder;
  private Lake lake;

  @BeforeEach
  void open() {
    lake = new Lake(folder);
  }

  @AfterEach
  void close() {
    lake.close();
  }

  private void customers(int count) {
    lake.table(
        "shop.customers",
        columns("customer_id", LONG, "name", TEXT),
        rows(count, i -> row((long) i, "name " + i)));
  }

  private static Object[][] rows(int count, java.util.function.IntFunction<Object[]> row) {
    return IntStream.rangeClosed(1, count).mapToObj(row).toArray(Object[][]::new);
  }

  private static DiscoveredType type(DiscoverResult result, String name) {
    return result.types().stream()
        .filter(type -> type.type().name().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError(name + " is not among " + result.types()));
  }

  @Test
  void aKeyAndARelationAreProposedWithTheirEvidence() {
    customers(20);
    lake.table(
        "shop.orders",
        columns("order_id", LONG, "customer_id", LONG, "total", INT),
        rows(100, i -> row((long) i, i % 10 == 0 ? null : (long) (i % 20 + 1), i)));
    DiscoverResult result = lake.discover();
    DiscoveredType order = type(result, "Order");
    assertThat(order.type().id()).containsExactly("order_id");
    assertThat(order.type().relations())
        .containsOnly(
            Map.entry("customer", new Relation.Forward("customer", "Customer", List.of())));
    RelationProposal customer = order.relations().get(0);
    assertThat(customer.confidence()).isEqualTo(1);
    assertThat(customer.counts())
        .isEqualTo(new RelationProposal.Counts(100, 10, 90, 18, 5, 5, 20, false));
    assertThat(type(result, "Customer").type().relations())
        .containsOnly(
            Map.entry("orders", new Relation.Backward("orders", "Order", "customer", true)));
    assertThat(lake.text("types/Order.yaml"))
        .contains(
            "$type: Order\n$table: shop.orders\n$id: order_id  # unique and never null in 100 rows",
            "# 90 of 90 values of customer_id are keys of Customer, 10 nulls; 18 of 20 keys have"
                + " 5 rows each; confidence 1\n"
                + "customer: '-> Customer'\n");
    assertThat(lake.text("types/Customer.yaml")).contains("orders: '<- Order.customer[]'\n");
  }

  @Test
  void nothingThatIsThereIsOverwrittenAndASecondRunFindsNothingToDo() {
    customers(5);
    lake.type("Customer.yaml", "$type: Buyer\n$table: shop.buyers\n");
    DiscoverResult first = lake.discover();
    assertThat(first.types().get(0).type().name()).isEqualTo("ShopCustomer");
    assertThat(lake.text("types/Customer.yaml")).isEqualTo("$type: Buyer\n$table: shop.buyers\n");
    String written = lake.text("types/ShopCustomer.yaml");
    DiscoverResult second = lake.discover();
    assertThat(second.types()).isEmpty();
    assertThat(second.typed()).containsValue(List.of("ShopCustomer"));
    assertThat(lake.text("types/ShopCustomer.yaml")).isEqualTo(written);
  }

  @Test
  void aPlanWritesNothing() {
    customers(5);
    DiscoverResult planned = lake.plan();
    assertThat(planned.written()).isFalse();
    assertThat(planned.types()).hasSize(1);
    assertThat(Files.exists(lake.file("types"))).isFalse();
  }

  @Test
  void relationsLeadToTypesThatAreThereAndTheseAreLeftAsTheyAre() {
    customers(5);
    lake.type("Client.yaml", "$type: Client\n$table: shop.customers\n$id: customer_id\n");
    lake.table(
        "shop.orders",
        columns("order_id", LONG, "customer_id", LONG),
        rows(10, i -> row((long) i, (long) (i % 5 + 1))));
    DiscoverResult result = lake.discover();
    assertThat(type(result, "Order").type().relations().get("customer"))
        .isEqualTo(new Relation.Forward("customer", "Client", List.of()));
    assertThat(result.suggestions().get("Client").get(0).text())
        .isEqualTo("orders: '<- Order.customer[]'");
    assertThat(lake.text("types/Client.yaml")).doesNotContain("orders");
  }

  @Test
  void valuesThatAreAmongTheKeysAreNoRelationWithoutAName() {
    customers(100);
    lake.table(
        "shop.orders",
        columns("order_id", LONG, "quantity", LONG, "rating_id", LONG, "store_no", INT),
        rows(50, i -> row((long) i, (long) (i % 9 + 1), (long) (i % 5 + 1), i % 3 + 1)));
    assertThat(type(lake.plan(), "Order").relations()).isEmpty();
  }

  @Test
  void namesThatAgreeAreNoRelationWithoutTheValues() {
    customers(10);
    lake.table(
        "shop.orders",
        columns("order_id", LONG, "customer_id", LONG),
        rows(100, i -> row((long) i, (long) (i % 11 + 1))));
    DiscoveredType order = type(lake.plan(), "Order");
    assertThat(order.type().relations()).isEmpty();
    assertThat(order.relations().get(0).confidence()).isEqualTo(0.91);
    assertThat(order.relations().get(0).accepted()).isFalse();
    assertThat(order.text())
        .contains("# Below the bar of 0.99, and so not used:", "# customer: '-> Customer'");
    DiscoverResult lower =
        new Discovery(lake.context(), DiscoverProgress.SILENT)
            .plan(DiscoverOptions.of().accepting(0.9));
    assertThat(type(lower, "Order").type().relations()).containsKey("customer");
  }

  @Test
  void valuesOfAnotherTypeAreNotCompared() {
    customers(10);
    lake.table(
        "shop.orders",
        columns("order_id", LONG, "customer_id", TEXT),
        rows(10, i -> row((long) i, "" + i)));
    assertThat(type(lake.plan(), "Order").relations()).isEmpty();
  }

  @Test
  void severalRelationsToOneTypeHaveNamesOfTheirOwn() {
    lake.table("shop.addresses", columns("address_id", LONG), rows(10, i -> row((long) i)));
    lake.table(
        "shop.orders",
        columns("order_id", LONG, "billing_address_id", LONG, "ship_addr_id", LONG),
        rows(30, i -> row((long) i, (long) (i % 10 + 1), (long) (i % 7 + 1))));
    DiscoverResult result = lake.discover();
    assertThat(type(result, "Order").type().relations().keySet())
        .containsExactly("billingAddress", "shipAddress");
    assertThat(type(result, "Address").type().relations().keySet())
        .containsExactly("ordersByBillingAddress", "ordersByShipAddress");
  }

  @Test
  void aRelationIsNotCalledLikeAColumn() {
    lake.table("shop.customers", columns("id", LONG), rows(10, i -> row((long) i)));
    lake.table(
        "shop.orders",
        columns("id", LONG, "customer", LONG, "Orders", TEXT),
        rows(10, i -> row((long) i, (long) i, "x")));
    DiscoverResult result = lake.discover();
    assertThat(type(result, "Order").type().relations())
        .containsOnly(
            Map.entry(
                "customerRef",
                new Relation.Forward("customerRef", "Customer", List.of("customer"))));
  }

  @Test
  void aTreeRefersToItself() {
    lake.table(
        "shop.categories",
        columns("category_id", LONG, "parent_category_id", LONG, "name", TEXT),
        rows(20, i -> row((long) i, i == 1 ? null : (long) (i / 2), "c" + i)));
    lake.table(
        "shop.nodes",
        columns("id", LONG, "parent_id", LONG),
        rows(20, i -> row((long) i, i == 1 ? null : (long) (i / 2))));
    DiscoverResult result = lake.discover();
    assertThat(type(result, "Category").type().relations().keySet())
        .containsExactly("parentCategory", "categories");
    assertThat(type(result, "Node").type().relations().keySet()).containsExactly("parent", "nodes");
  }

  @Test
  void aProfileOfEachCustomerRefersToItsCustomerAndNotTheOtherWayRound() {
    customers(20);
    lake.table(
        "shop.customer_profiles",
        columns("customer_id", LONG, "bio", TEXT),
        rows(20, i -> row((long) i, "bio")));
    DiscoverResult result =
        new Discovery(lake.context(), DiscoverProgress.SILENT)
            .plan(DiscoverOptions.of().accepting(0.95));
    assertThat(type(result, "CustomerProfile").type().relations().get("customer"))
        .isEqualTo(new Relation.Forward("customer", "Customer", List.of()));
    assertThat(type(result, "Customer").type().relations().values())
        .containsExactly(
            new Relation.Backward("customerProfiles", "CustomerProfile", "customer", false));
  }

  @Test
  void aCompositeKeyIsProposedWhereRowsProveItAndReferredToByAllItsColumns() {
    lake.table(
        "shop.order_lines",
        columns("order_id", LONG, "line_no", INT, "sku", TEXT),
        rows(200, i -> row((long) (i / 4), i % 4, "s" + i % 7)));
    lake.table(
        "shop.shipments",
        columns("shipment_id", LONG, "order_id", LONG, "line_no", INT),
        rows(100, i -> row((long) i, (long) (i / 4), i % 4)));
    DiscoverResult result = lake.discover();
    assertThat(type(result, "OrderLine").type().id()).containsExactly("order_id", "line_no");
    assertThat(type(result, "Shipment").type().relations().get("orderLine"))
        .isEqualTo(new Relation.Forward("orderLine", "OrderLine", List.of("order_id", "line_no")));
  }

  @Test
  void columnsThatAreUniqueByChanceAreNoKey() {
    lake.table(
        "shop.events",
        columns("user_id", LONG, "page_id", LONG, "score", INT),
        rows(12, i -> row((long) (i % 5), (long) (i % 7), i)));
    DiscoveredType event = type(lake.plan(), "Event");
    assertThat(event.type().id()).isEmpty();
    assertThat(event.key()).hasValueSatisfying(key -> assertThat(key.accepted()).isFalse());
    assertThat(event.key().orElseThrow().evidence()).contains("chance");
  }

  @Test
  void aRepeatBeyondTheSampleIsFound() {
    int rows = 30_000;
    lake.table(
        "shop.orders",
        columns("order_id", LONG, "note", TEXT),
        rows(rows, i -> row(i == rows ? 1L : (long) i, "n")));
    DiscoveredType order = type(lake.plan(), "Order");
    assertThat(order.rows()).isEqualTo(rows);
    assertThat(order.type().id()).isEmpty();
    assertThat(order.key()).isEmpty();
  }

  @Test
  void anOrphanBeyondTheSampleLowersTheConfidence() {
    customers(100);
    int rows = 30_000;
    lake.table(
        "shop.orders",
        columns("order_id", LONG, "customer_id", LONG),
        rows(rows, i -> row((long) i, i > rows - 600 ? 1000L : (long) (i % 100 + 1))));
    RelationProposal customer = type(lake.plan(), "Order").relations().get(0);
    assertThat(customer.confidence()).isEqualTo(0.98);
    assertThat(customer.counts().sampled()).isFalse();
  }

  @Test
  void identifierFieldsAreTheKeyUnlessTheRowsContradict() {
    Schema schema =
        new Schema(
            List.of(NestedField.required(1, "tenant", TEXT), NestedField.required(2, "nr", LONG)),
            Set.of(1, 2));
    lake.table("shop.good", schema, row("a", 1L), row("a", 2L));
    lake.table("shop.bad", schema, row("a", 1L), row("a", 1L));
    lake.table("shop.none", schema);
    DiscoverResult result = lake.discover();
    assertThat(type(result, "Good").type().id()).containsExactly("tenant", "nr");
    assertThat(type(result, "Bad").type().id()).isEmpty();
    assertThat(lake.text("types/Bad.yaml"))
        .contains("the table's identifier fields, but 1 values of them occur more than once");
    assertThat(type(result, "None").type().id()).containsExactly("tenant", "nr");
  }

  @Test
  void zeroRowsProveNoKey() {
    lake.table("shop.customers", columns("customer_id", LONG));
    DiscoveredType customer = type(lake.discover(), "Customer");
    assertThat(customer.type().id()).isEmpty();
    assertThat(customer.key().orElseThrow().confidence()).isEqualTo(0.5);
    assertThat(lake.text("types/Customer.yaml"))
        .contains("from a table without rows", "zero rows prove no key", "# $id: customer_id");
  }

  @Test
  void tablesOfViewsGetNoType() {
    Table table = lake.table("shop.customers", columns("customer_id", LONG), row(1L));
    table.updateProperties().set("bergview.view", "V").commit();
    assertThat(lake.plan().types()).isEmpty();
  }

  @Test
  void tablesOfOneNameInTwoNamespacesAreToldApart() {
    lake.table("crm.customers", columns("id", LONG), row(1L));
    lake.table("shop.customers", columns("id", LONG), row(1L));
    lake.table("shop.list", columns("id", LONG), row(1L));
    assertThat(lake.discover().types())
        .extracting(type -> type.type().name())
        .containsExactlyInAnyOrder("CrmCustomer", "ShopCustomer", "List");
  }

  @Test
  void aPatternThatMatchesNothingIsAnError() {
    customers(1);
    assertThatThrownBy(() -> lake.plan("shop.*", "shp.*"))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("No table matches 'shp.*'");
    assertThatThrownBy(() -> lake.plan(" ")).isInstanceOf(UsageException.class);
    assertThat(lake.plan("shop").types()).hasSize(1);
    assertThat(lake.plan("SHOP.cust*").types()).hasSize(1);
    assertThat(lake.plan("lake.shop.customers").types()).hasSize(1);
  }

  @Test
  void wrongDefinitionsAreReportedAndNothingIsWritten() {
    customers(1);
    lake.type("Bad.yaml", "$type: [\n");
    assertThatThrownBy(() -> lake.discover()).isInstanceOf(DefinitionException.class);
    assertThat(Files.exists(lake.file("types/Customer.yaml"))).isFalse();
  }

  @Test
  void aTableThatCannotBeReadIsPassedOverAndReported() throws Exception {
    customers(5);
    Table lost = lake.table("shop.orders", columns("order_id", LONG), row(1L));
    try (Stream<Path> files = Files.walk(lake.file("warehouse/shop/orders/data"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.delete(file);
      }
    }
    assertThat(lost.currentSnapshot()).isNotNull();
    DiscoverResult result = lake.discover();
    assertThat(result.types()).extracting(type -> type.type().name()).containsExactly("Customer");
    assertThat(result.unreadable()).hasSize(1);
    assertThat(result.unreadable().get(0).name()).isEqualTo("shop.orders");
    assertThat(Files.exists(lake.file("types/Order.yaml"))).isFalse();
  }

  @Test
  void hostileNamesGiveFilesThatAreReadBack() {
    List<String> names =
        List.of(
            "a\"b'; DROP TABLE x; --",
            "..\\..\\etc",
            ".hidden",
            "new\nline",
            "# comment",
            "tab\tname",
            "日本語",
            "\uD83D\uDE00",
            "with.dot",
            "back`tick",
            "true",
            "Date",
            "map",
            "\u202Ereversed",
            "1st",
            "$type",
            "nul\u0000l");
    for (String name : names) {
      Schema schema =
          new Schema(
              NestedField.optional(1, name + "_id", LONG),
              NestedField.optional(2, "x " + name, TEXT));
      try {
        lake.table(
            TableIdentifier.of(Namespace.of("odd"), name), schema, row(1L, "a"), row(2L, "b"));
      } catch (RuntimeException refusedByTheCatalog) {
        continue;
      }
    }
    DiscoverResult result = lake.discover();
    assertThat(result.types().size()).isGreaterThan(8);
    assertThat(new HashSet<>(result.types().stream().map(DiscoveredType::file).toList()))
        .hasSameSizeAs(result.types());
    assertThat(lake.plan().types()).isEmpty();
  }

  @Test
  void aNamespaceCalledLikeACatalogIsNotTakenForOne() {
    lake.close();
    lake =
        new Lake(
            folder.resolve("two"),
            "catalogs:\n"
                + "  lake: {type: sqlite, warehouse: a}\n"
                + "  archive: {type: sqlite, warehouse: b}\n");
    lake.table(
        TableIdentifier.of(Namespace.of("archive", "shop"), "orders"),
        new Schema(NestedField.optional(1, "order_id", LONG)),
        row(1L));
    assertThat(type(lake.discover(), "Order").type().table().orElseThrow().toString())
        .isEqualTo("lake.archive.shop.orders");
    assertThat(lake.plan().types()).isEmpty();
  }

  @Test
  void ofSeveralFilesAllOrNoneAreWritten() throws Exception {
    customers(2);
    lake.table("shop.orders", columns("order_id", LONG), row(1L));
    DiscoverResult planned = lake.plan();
    lake.type("Order.yaml", "");
    assertThatThrownBy(() -> new TypeFiles(lake.context().project()).write(planned.types()))
        .hasMessageContaining("Order.yaml exists already")
        .extracting("code")
        .isEqualTo(ErrorCode.FILE_EXISTS);
    try (Stream<Path> files = Files.list(lake.file("types"))) {
      assertThat(files.map(file -> file.getFileName().toString())).containsExactly("Order.yaml");
    }
    assertThat(Optional.of(lake.text("types/Order.yaml"))).contains("");
  }

  @Test
  void wideTablesAreLookedAtByTheirKeysAlone() {
    Map<String, Type> columns = new LinkedHashMap<>();
    columns.put("reading_id", LONG);
    for (int i = 0; i < 500; i++) {
      columns.put("measure_" + i, INT);
    }
    Object[] values = new Object[501];
    Arrays.fill(values, 1);
    values[0] = 7L;
    lake.table("lab.readings", columns, new Object[][] {values});
    assertThat(type(lake.plan(), "Reading").type().id()).containsExactly("reading_id");
  }

  @Test
  void aCancelledDiscoveryWritesNothing() {
    customers(2);
    Discovery discovery = new Discovery(lake.context(), DiscoverProgress.SILENT);
    discovery.cancel();
    assertThatThrownBy(() -> discovery.discover(DiscoverOptions.of()))
        .isInstanceOf(CancelledException.class);
    assertThat(Files.exists(lake.file("types"))).isFalse();
  }

  @Test
  void progressReachesTheEndOfEachStep() {
    customers(2);
    List<String> ended = new ArrayList<>();
    new Discovery(
            lake.context(),
            (what, done, total) -> {
              assertThat(done).isBetween(0L, total);
              if (done == total) {
                ended.add(what);
              }
            })
        .plan(DiscoverOptions.of());
    assertThat(ended).containsExactly("reading tables", "looking for keys", "checking relations");
  }
}
