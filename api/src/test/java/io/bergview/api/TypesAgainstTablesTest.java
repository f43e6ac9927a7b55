package io.bergview.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.errors.DefinitionException;
import io.bergview.errors.NotFoundException;
import java.nio.file.Path;
import java.util.Map;
import org.apache.iceberg.Schema;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Entity types are checked against their tables by {@code apply}, used by a view or not. */
class TypesAgainstTablesTest {
  private static final String CUSTOMER = "$type: Customer\n$table: shop.customers\n$id: id\n";

  @TempDir Path folder;
  private Bergview bergview;

  @BeforeEach
  void tables() {
    bergview =
        Projects.create(
            folder, "settings: {threads: 1}\n", Map.of("types/Customer.yaml", CUSTOMER));
    ((SupportsNamespaces) bergview.catalog("lake")).createNamespace(Namespace.of("shop"));
    table("customers", Types.LongType.get());
    table("orders", Types.LongType.get());
  }

  private void table(String name, org.apache.iceberg.types.Type customer) {
    bergview
        .catalog("lake")
        .createTable(
            TableIdentifier.of("shop", name),
            new Schema(
                Types.NestedField.required(1, "id", Types.LongType.get()),
                Types.NestedField.optional(2, "customer_id", customer),
                Types.NestedField.optional(3, "note", Types.StringType.get()),
                Types.NestedField.optional(
                    4,
                    "lines",
                    Types.ListType.ofOptional(
                        5,
                        Types.StructType.of(
                            Types.NestedField.optional(6, "sku", Types.StringType.get()))))));
  }

  @AfterEach
  void close() {
    bergview.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          $id: order_id                                      | $id names column 'order_id', which its table does not have
          $id: [id, nte]                                     | did you mean 'note'
          {$id: id, note: int}                               | declares 'note' as int, but the column is string
          {$id: id, nots: string}                            | declares 'nots', which its table does not have (did you mean 'note'?)
          {$id: id, buyer: '-> Customer'}                    | has no column 'buyer_id'
          {$id: id, customer: '-> Custoner'}                 | Custoner
          {$id: id, buyer: '-> Customer', $keys: {buyer: note}} | joins note (string) with Customer.id (long); the types must be alike
          {$id: id, others: '<- Customer.order[]'}           | type Customer has no forward relation 'order' to Order
          {$id: id, parts: 'Part[]'}                         | parts
          """)
  void aTypeThatDoesNotFitIsRefusedWithoutAnyView(String rest, String message) {
    String fields = rest.startsWith("{") ? rest.substring(1, rest.length() - 1) : rest;
    Projects.write(
        folder.resolve("types/Order.yaml"),
        "{$type: Order, $table: shop.orders, " + fields + "}\n---\n$type: Part\n");
    assertThatThrownBy(bergview::planApply)
        .isInstanceOf(DefinitionException.class)
        .hasMessageContainingAll("types/Order.yaml", "Order", message);
    assertThatThrownBy(bergview::apply)
        .isInstanceOf(DefinitionException.class)
        .hasMessageContaining(message);
  }

  @Test
  void aTypeWhoseTableIsNotThereIsRefused() {
    Projects.write(
        folder.resolve("types/Order.yaml"), "$type: Order\n$table: shop.odrers\n$id: id\n");
    assertThatThrownBy(bergview::planApply)
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("shop.odrers");
  }

  @Test
  void allMistakesOfTypesAndViewsAreSaidAtOnce() {
    Projects.write(
        folder.resolve("types/Order.yaml"), "$type: Order\n$table: shop.orders\n$id: nr\n");
    Projects.write(folder.resolve("types/Customer.yaml"), CUSTOMER + "boss: '-> Customer'\n");
    Projects.write(folder.resolve("views/V.yaml"), "$type: V\n$from: Customer\n$select: [nam]\n");
    assertThatThrownBy(bergview::apply)
        .isInstanceOf(DefinitionException.class)
        .hasMessageContainingAll("column 'nr'", "column 'boss_id'", "'nam'");
    assertThat(bergview.listViews().views()).isEmpty();
  }

  @Test
  void whatFitsIsAccepted() {
    Projects.write(
        folder.resolve("types/Order.yaml"),
        "{$type: Order, $table: shop.orders, $id: id, note: string, customer: '-> Customer',"
            + " lines: 'Line[]'}\n---\n{$type: Line, sku: string}\n");
    Projects.write(
        folder.resolve("types/Customer.yaml"), CUSTOMER + "orders: '<- Order.customer[]'\n");
    assertThat(bergview.planApply().steps()).isEmpty();
    assertThat(bergview.apply().steps()).isEmpty();
  }
}
