package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.errors.BergviewException;
import io.bergview.errors.ErrorCode;
import io.bergview.fixtures.RowFiles;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows that break a rule of a view: the refresh fails naming them and nothing is committed. */
class BadDataTest {
  @TempDir Path folder;
  private TestProject project;
  private SmallShop shop;

  @BeforeEach
  void open() {
    project = TestProject.create(folder, TestProject.SQLITE);
    shop = SmallShop.filled(project);
  }

  @AfterEach
  void close() {
    project.close();
  }

  private BergviewException refusedWithNothingCommitted(String view) {
    BergviewException failure = project.failure(view);
    assertThat(project.tableOf(view).currentSnapshot()).isNull();
    assertThat(project.dataFiles(view)).isEmpty();
    project.assertNothingIsSpilled();
    return failure;
  }

  @Test
  void duplicateKeyOfATargetIsNamed() {
    shop.addCustomers(shop.customer(1, "Ada again", null, null));
    project.define("OrderView", SmallShop.ORDER_VIEW);
    BergviewException failure = refusedWithNothingCommitted("OrderView");
    assertThat(failure.code()).isEqualTo(ErrorCode.DUPLICATE_KEY);
    assertThat(failure)
        .hasMessageContaining("OrderView")
        .hasMessageContaining("Customer")
        .hasMessageContaining("customer_id = 1");
  }

  @Test
  void duplicateKeyThatNoRowRefersToDoesNotMatter() {
    shop.addCustomers(shop.customer(77, "one", null, null), shop.customer(77, "two", null, null));
    shop.addCustomers(shop.customer(3, "Rome again", null, null));
    project.define("OrderView", SmallShop.ORDER_VIEW);
    project.refresh("OrderView");
    shop.assertOrderViewIsRight();
  }

  @Test
  void duplicateKeyIsFoundBeforeTheFilter() {
    shop.addCustomers(shop.customer(1, "Ada again", null, null));
    project.define("Filtered", SmallShop.ORDER_VIEW + "$filter: {status: nothing}\n");
    assertThat(refusedWithNothingCommitted("Filtered").code()).isEqualTo(ErrorCode.DUPLICATE_KEY);
  }

  @Test
  void duplicateKeyAtDepthIsNamedWithItsPath() {
    Schema schema =
        new Schema(
            Types.NestedField.required(1, "code", Types.StringType.get()),
            Types.NestedField.optional(2, "title", Types.StringType.get()));
    Table titles = project.catalog().createTable(TableIdentifier.of("shop", "titles"), schema);
    RowFiles.append(titles, List.of(title(schema, "Ada"), title(schema, "Zoe")));
    project.write(
        "types/shop.yaml",
        """
        $type: Title
        $table: shop.titles
        $id: code
        ---
        $type: Customer
        $table: shop.customers
        $id: customer_id
        title: '-> Title'
        $keys: {title: name}
        ---
        $type: Order
        $table: shop.orders
        $id: order_id
        customer: '-> Customer'
        """);
    project.define("Deep", "$from: Order\n$expand: [customer.title]\n");
    project.refresh("Deep");
    long made = project.tableOf("Deep").currentSnapshot().snapshotId();
    RowFiles.append(titles, List.of(title(schema, "Zoe")));
    project.refresh("Deep");
    RowFiles.append(titles, List.of(title(schema, "Ada")));
    BergviewException failure = project.failure("Deep");
    assertThat(failure.code()).isEqualTo(ErrorCode.DUPLICATE_KEY);
    assertThat(failure)
        .hasMessageContaining("customer.title")
        .hasMessageContaining("Title")
        .hasMessageContaining("code = Ada");
    assertThat(project.tableOf("Deep").snapshot(made)).isNotNull();
    assertThat(project.rows("Deep")).hasSize(5);
  }

  @Test
  void targetThatShowsNothingButItsKeyIsReadAllTheSame() {
    Schema schema = new Schema(Types.NestedField.required(1, "code", Types.StringType.get()));
    Table statuses = project.catalog().createTable(TableIdentifier.of("shop", "statuses"), schema);
    Record paid = GenericRecord.create(schema).copy(Map.of("code", "paid"));
    RowFiles.append(statuses, List.of(paid));
    project.write(
        "types/shop.yaml",
        """
        $type: Status
        $table: shop.statuses
        $id: code
        ---
        $type: Order
        $table: shop.orders
        $id: order_id
        state: '-> Status'
        $keys: {state: status}
        """);
    project.define("Known", "$from: Order\n$expand: [state]\n");
    assertThat(project.refresh("Known").rowsAdded()).isEqualTo(5);
    assertThat(project.refresh("Known").kind()).isEqualTo(RefreshKind.SKIP);
  }

  private static Record title(Schema schema, String code) {
    return GenericRecord.create(schema).copy(Map.of("code", code, "title", "Dr"));
  }

  @Test
  void sumThatOverflowsALongIsNamedWithItsGroup() {
    shop.addCustomers(
        shop.customer(Long.MAX_VALUE, "Max", null, null),
        shop.customer(1L << 40, "Max", null, null));
    project.define(
        "Sums", "$from: Customer\n$groupBy: [name]\n$compute: {ids: {$sum: customer_id}}\n");
    BergviewException failure = refusedWithNothingCommitted("Sums");
    assertThat(failure.code()).isEqualTo(ErrorCode.OVERFLOW);
    assertThat(failure)
        .hasMessageContaining("'ids'")
        .hasMessageContaining("name = Max")
        .hasMessageContaining("9223373136366403583")
        .hasMessageContaining("long");
  }

  @Test
  void sumThatOverflowsALongOnTheWayButNotAtTheEndIsRight() {
    shop.addCustomers(
        shop.customer(Long.MAX_VALUE, "Max", null, null),
        shop.customer(5, "Max", null, null),
        shop.customer(-Long.MAX_VALUE, "Max", null, null));
    project.define(
        "Sums",
        "$from: Customer\n$filter: {name: Max}\n$groupBy: [name]\n$compute: {ids: {$sum: customer_id}}\n");
    project.refresh("Sums");
    assertThat(project.contents("Sums")).containsExactly(Map.of("name", "Max", "ids", 5L));
  }

  @Test
  void sumThatOverflowsTheWidestDecimalIsNamedWithItsGroup() {
    Schema schema =
        new Schema(
            Types.NestedField.required(1, "id", Types.LongType.get()),
            Types.NestedField.optional(2, "kind", Types.StringType.get()),
            Types.NestedField.optional(3, "amount", Types.DecimalType.of(38, 0)));
    Table money = project.catalog().createTable(TableIdentifier.of("shop", "money"), schema);
    BigDecimal most = new BigDecimal("9".repeat(38));
    for (long id = 1; id <= 2; id++) {
      RowFiles.append(
          money,
          List.of(
              GenericRecord.create(schema).copy(Map.of("id", id, "kind", "rich", "amount", most))));
    }
    project.write("types/money.yaml", "$type: Money\n$table: shop.money\n$id: id\n");
    project.define("Sums", "$from: Money\n$groupBy: [kind]\n$compute: {amount: {$sum: amount}}\n");
    BergviewException failure = refusedWithNothingCommitted("Sums");
    assertThat(failure.code()).isEqualTo(ErrorCode.OVERFLOW);
    assertThat(failure).hasMessageContaining("amount").hasMessageContaining("rich");
  }

  @Test
  void rowsAreAsBeforeWhenALaterRefreshFails() {
    project.define("OrderView", SmallShop.ORDER_VIEW);
    project.refresh("OrderView");
    List<Map<String, Object>> before = List.copyOf(project.contents("OrderView"));
    List<String> files = project.dataFiles("OrderView");
    shop.addCustomers(shop.customer(1, "Ada again", null, null));
    assertThat(project.failure("OrderView").code()).isEqualTo(ErrorCode.DUPLICATE_KEY);
    assertThat(project.contents("OrderView")).isEqualTo(before);
    assertThat(project.dataFiles("OrderView")).isEqualTo(files);
  }
}
