package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.define.DefinePlan;
import io.bergview.define.DefinitionDifference.Cost;
import io.bergview.errors.DefinitionException;
import io.bergview.fixtures.CopyOnWrite;
import io.bergview.fixtures.RowFiles;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Views over grouped views, which reach on from the groups' foreign keys. */
@Tag("contract")
class GroupedViewRelationsTest {
  private static final String PER_CUSTOMER =
      "$from: Order\n"
          + "$groupBy: [customer_id]\n"
          + "$compute: {orders: {$count: '*'}, spent: {$sum: total}}\n";

  private static final Schema ITEMS =
      new Schema(
          Types.NestedField.required(1, "item_id", Types.LongType.get()),
          Types.NestedField.optional(2, "order_id", Types.LongType.get()),
          Types.NestedField.optional(3, "country", Types.StringType.get()),
          Types.NestedField.optional(4, "number", Types.IntegerType.get()));

  private static final Schema STORES =
      new Schema(
          Types.NestedField.required(1, "country", Types.StringType.get()),
          Types.NestedField.required(2, "number", Types.IntegerType.get()),
          Types.NestedField.optional(3, "city", Types.StringType.get()));

  @TempDir Path folder;
  private TestProject project;
  private SmallShop shop;

  @BeforeEach
  void open() {
    project = TestProject.create(folder, TestProject.SQLITE);
    shop = SmallShop.filled(project);
    fill("items", ITEMS, row(1L, 10L, "de", 1), row(2L, 10L, "de", 2), row(3L, 12L, "de", 1));
    fill("items", ITEMS, row(4L, 14L, "at", 1), row(5L, null, null, 1), row(6L, 77L, "de", null));
    fill("stores", STORES, row("de", 1, "Ulm"), row("de", 2, "Bonn"), row("at", 1, "Graz"));
    project.write(
        "types/items.yaml",
        """
        $type: Item
        $table: shop.items
        $id: item_id
        order: '-> Order'
        store: '-> Store'
        $keys: {store: [country, number]}
        ---
        $type: Store
        $table: shop.stores
        $id: [country, number]
        """);
  }

  @AfterEach
  void close() {
    project.close();
  }

  private void fill(String name, Schema schema, Object[]... rows) {
    TableIdentifier table = TableIdentifier.of("shop", name);
    if (!project.catalog().tableExists(table)) {
      project.catalog().createTable(table, schema, PartitionSpec.unpartitioned());
    }
    List<Record> records = new ArrayList<>();
    for (Object[] values : rows) {
      Record record = GenericRecord.create(schema);
      for (int i = 0; i < values.length; i++) {
        record.set(i, values[i]);
      }
      records.add(record);
    }
    RowFiles.append(project.table("shop", name), records);
  }

  private static @Nullable Object[] row(@Nullable Object... values) {
    return values;
  }

  /** Registers and refreshes views, each over the one before, and gives the last one's rows. */
  private List<List<@Nullable Object>> rowsOf(String... views) {
    String last = "";
    for (int i = 0; i < views.length; i++) {
      last = "V" + i;
      project.define(last, views[i]);
      project.refreshFully(last);
    }
    return rows(last);
  }

  private List<List<@Nullable Object>> rows(String view) {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (Map<String, @Nullable Object> row : project.contents(view)) {
      rows.add(new ArrayList<>(row.values()));
    }
    return rows;
  }

  private static List<@Nullable Object> values(@Nullable Object... values) {
    return new ArrayList<>(java.util.Arrays.asList(values));
  }

  @Test
  void viewOverAGroupedViewExpandsTheRelationOfItsGroupColumn() {
    assertThat(
            rowsOf(
                PER_CUSTOMER,
                "$from: V0\n$expand: [customer]\n$select: [customer_id, orders, customer_name]\n"))
        .containsExactlyInAnyOrder(
            values(1L, 2L, "Ada"),
            values(2L, 1L, "Bob"),
            values(99L, 1L, null),
            values(null, 1L, null));
  }

  @Test
  void viewOverAGroupedViewFiltersGroupsAndComputesThroughTheRelation() {
    assertThat(
            rowsOf(
                PER_CUSTOMER,
                "$from: V0\n"
                    + "$filter: {customer.address.city: {$ne: Rome}}\n"
                    + "$groupBy: [customer.address.city]\n"
                    + "$compute: {customers: {$count: '*'}, first: {$min: customer.name}, orders:"
                    + " {$sum: orders}}\n"))
        .containsExactlyInAnyOrder(values("Oslo", 1L, "Ada", 2L), values(null, 3L, "Bob", 3L));
  }

  @Test
  void renamedGroupColumnIsStillTheForeignKey() {
    assertThat(
            rowsOf(
                "$from: Order\n"
                    + "$groupBy: [{path: customer_id, $as: buyer_sk}]\n"
                    + "$compute: {orders: {$count: '*'}}\n"
                    + "$select: {who: buyer_sk, orders: orders}\n",
                "$from: V0\n"
                    + "$filter: {customer.name: {$ne: null}}\n"
                    + "$select: {who: who, name: customer.name}\n"))
        .containsExactlyInAnyOrder(values(1L, "Ada"), values(2L, "Bob"));
  }

  @Test
  void groupColumnBehindARelationOffersTheRelationBehindIt() {
    assertThat(
            rowsOf(
                "$from: Item\n$groupBy: [order.customer_id]\n$compute: {items: {$count: '*'}}\n",
                "$from: V0\n"
                    + "$expand: [order_customer]\n"
                    + "$select: [order_customer_id, items, order_customer_name]\n"))
        .containsExactlyInAnyOrder(
            values(1L, 2L, "Ada"),
            values(2L, 1L, "Bob"),
            values(99L, 1L, null),
            values(null, 2L, null));
  }

  @Test
  void flattenedPrefixNamesTheRelationToo() {
    assertThat(
            rowsOf(
                "$from: Item\n"
                    + "$expand: [order]\n"
                    + "$flatten: {order: sale}\n"
                    + "$groupBy: [order.customer_id]\n"
                    + "$compute: {items: {$count: '*'}}\n",
                "$from: V0\n$filter: {sale_customer.name: Ada}\n"))
        .containsExactly(values(1L, 2L));
  }

  @Test
  void keyOfTheRelatedRowIsAsGoodAsTheForeignKey() {
    assertThat(
            rowsOf(
                "$from: Order\n"
                    + "$groupBy: [customer.customer_id]\n"
                    + "$compute: {orders: {$count: '*'}}\n",
                "$from: V0\n$select: {id: customer_customer_id, n: orders, name: customer.name}\n"))
        .containsExactlyInAnyOrder(
            values(1L, 2L, "Ada"), values(2L, 1L, "Bob"), values(null, 2L, null));
  }

  @Test
  void compositeKeyIsOfferedWhereAllOfItsColumnsAreShown() {
    String whole =
        "$from: Item\n"
            + "$groupBy: [{path: number, $as: nr}, country]\n"
            + "$compute: {items: {$count: '*'}}\n";
    assertThat(
            rowsOf(whole, "$from: V0\n$select: {c: country, n: nr, i: items, city: store.city}\n"))
        .containsExactlyInAnyOrder(
            values("de", 1, 2L, "Ulm"),
            values("de", 2, 1L, "Bonn"),
            values("at", 1, 1L, "Graz"),
            values(null, 1, 1L, null),
            values("de", null, 1L, null));
    project.define("Half", "$from: Item\n$groupBy: [country]\n$compute: {items: {$count: '*'}}\n");
    assertNoRelation("Half", "store");
  }

  @Test
  void relationsAreSeenThroughAnyNumberOfViews() {
    assertThat(
            rowsOf(
                PER_CUSTOMER,
                "$from: V0\n"
                    + "$filter: {orders: {$gte: 1}}\n"
                    + "$select: {who: customer_id, orders: orders}\n",
                "$from: V1\n$groupBy: [who]\n$compute: {n: {$sum: orders}}\n",
                "$from: V2\n$expand: [customer]\n$select: [who, n, customer_name]\n"))
        .containsExactlyInAnyOrder(
            values(1L, 2L, "Ada"),
            values(2L, 1L, "Bob"),
            values(99L, 1L, null),
            values(null, 1L, null));
  }

  @Test
  void toManyRelationIsReachedThroughTheRelatedRow() {
    project.write(
        "types/shop.yaml",
        """
        $type: Customer
        $table: shop.customers
        $id: customer_id
        orders: '<- Order.customer[]'
        ---
        $type: Order
        $table: shop.orders
        $id: order_id
        customer: '-> Customer'
        """);
    assertThat(
            rowsOf(
                PER_CUSTOMER,
                "$from: V0\n"
                    + "$expand: [customer.orders]\n"
                    + "$select: {who: customer_id, ids: customer_orders_order_id}\n"))
        .containsExactlyInAnyOrder(
            values(1L, List.of(10L, 11L)),
            values(2L, List.of(12L)),
            values(99L, List.of()),
            values(null, List.of()));
    project.define("Lists", "$from: Customer\n$expand: [orders]\n");
    assertNoRelation("Lists", "orders_customer");
  }

  @Test
  void rowsOfAViewOfferTheRelationOfARenamedOrNestedForeignKeyToo() {
    assertThat(
            rowsOf(
                "$from: Item\n$expand: [order]\n$select: {nr: item_id, buyer: order_customer_id}\n",
                "$from: V0\n$select: {nr: nr, name: order_customer.name}\n"))
        .containsExactlyInAnyOrder(
            values(1L, "Ada"),
            values(2L, "Ada"),
            values(3L, "Bob"),
            values(4L, null),
            values(5L, null),
            values(6L, null));
  }

  @Test
  void computedOrTruncatedColumnIsNoForeignKey() {
    fill(
        "dated",
        new Schema(
            Types.NestedField.optional(1, "day_id", Types.DateType.get()),
            Types.NestedField.optional(2, "n", Types.LongType.get())),
        row(java.time.LocalDate.of(2024, 5, 17), 1L));
    project.write(
        "types/days.yaml",
        "$type: Dated\n"
            + "$table: shop.dated\n"
            + "$id: n\n"
            + "day: '-> Day'\n"
            + "---\n"
            + "$type: Day\n"
            + "$table: shop.dated\n"
            + "$id: day_id\n");
    project.define(
        "Months",
        "$from: Dated\n$groupBy: [{month: day_id, $as: day_id}]\n$compute: {n: {$count: '*'}}\n");
    assertNoRelation("Months", "day");
    project.define(
        "Greatest",
        "$from: Order\n$groupBy: [status]\n$compute: {customer_id: {$max: customer_id}}\n");
    assertNoRelation("Greatest", "customer");
  }

  @Test
  void columnOfTheViewIsNotHiddenByARelationOfItsName() {
    assertThat(
            rowsOf(
                "$from: Order\n$groupBy: [customer_id]\n$compute: {customer: {$count: '*'}}\n",
                "$from: V0\n$filter: {customer: {$gt: 1}}\n"))
        .containsExactly(values(1L, 2L));
    assertThat(
            rowsOf(
                "$from: Order\n"
                    + "$groupBy: [{path: customer_id, $as: customer}]\n"
                    + "$compute: {n: {$count: '*'}}\n",
                "$from: V0\n$filter: {customer: 2}\n"))
        .containsExactly(values(2L, 1L));
  }

  private void assertNoRelation(String view, String relation) {
    assertThatThrownBy(
            () ->
                project.define("Over" + view, "$from: " + view + "\n$expand: [" + relation + "]\n"))
        .isInstanceOf(DefinitionException.class)
        .hasMessageContaining("has no column or relation '" + relation + "'");
    project.remove("views/Over" + view + ".yaml");
  }

  @Test
  void changesOfTheGroupsAndOfTheRelatedTableAreFollowed() {
    project.define("PerCustomer", PER_CUSTOMER);
    project.define(
        "Named",
        "$from: PerCustomer\n$expand: [customer]\n$select: [customer_id, spent, customer_name]\n");
    project.define(
        "Cities",
        "$from: PerCustomer\n"
            + "$groupBy: [customer.address.city]\n"
            + "$compute: {spent: {$sum: spent}}\n");
    project.refresh(RefreshRequest.ofAll());
    Table customers = shop.customers();
    CopyOnWrite.update(
        customers,
        Expressions.equal("customer_id", 2L),
        customer -> shop.customer(2, "Bea", "Rome", 100));
    shop.addOrders(shop.order(20, 3L, "paid", "2.50", 1), shop.order(21, 1L, "paid", "1.00", 1));
    CopyOnWrite.delete(shop.orders(), Expressions.equal("order_id", 14L));
    assertThat(project.refresh(RefreshRequest.ofAll()).done())
        .extracting(RefreshResult::kind)
        .containsOnly(RefreshKind.MERGE);
    assertThat(rows("Named"))
        .containsExactlyInAnyOrder(
            values(1L, new BigDecimal("13.51"), "Ada"),
            values(2L, new BigDecimal("-3.00"), "Bea"),
            values(3L, new BigDecimal("2.50"), null),
            values(null, null, null));
    assertThat(rows("Cities"))
        .containsExactlyInAnyOrder(
            values("Oslo", new BigDecimal("13.51")),
            values("Rome", new BigDecimal("-0.50")),
            values(null, null));
    assertThat(project.lineageOf("Named").lineage().sources())
        .extracting(source -> source.table().name())
        .containsExactlyInAnyOrder("per_customer", "orders", "customers");
    assertThat(project.verify("Named").examples()).isEmpty();
    assertThat(project.verify("Cities").examples()).isEmpty();
  }

  @Test
  void relationThatAViewDoesNotFollowIsNoReasonToRecomputeIt() {
    project.define("PerCustomer", PER_CUSTOMER);
    project.define("Over", "$from: PerCustomer\n$filter: {orders: {$gt: 1}}\n");
    project.refresh(RefreshRequest.ofAll());
    project.write(
        "types/shop.yaml",
        """
        $type: Customer
        $table: shop.customers
        $id: customer_id
        ---
        $type: Order
        $table: shop.orders
        $id: order_id
        customer: '-> Customer'
        payer: '-> Customer'
        $keys: {payer: customer_id}
        """);
    DefinePlan step = TestProject.step(project.apply(), "PerCustomer");
    assertThat(step.action()).isEqualTo(DefinePlan.Action.ALTER_SETTINGS);
    assertThat(step.changes()).isNotEmpty().allMatch(change -> change.cost() == Cost.FREE);
    project.apply();
    assertThat(project.refresh("PerCustomer").kind()).isEqualTo(RefreshKind.SKIP);
    assertThat(project.refresh("Over").kind()).isEqualTo(RefreshKind.SKIP);
    project.define("Over", "$from: PerCustomer\n$filter: {payer.name: Ada}\n");
    assertThat(project.refresh("Over").kind()).isEqualTo(RefreshKind.FULL);
    assertThat(project.contents("Over")).hasSize(1);
  }
}
