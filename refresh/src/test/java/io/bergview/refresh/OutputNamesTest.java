package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.errors.DefinitionException;
import io.bergview.fixtures.RowFiles;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Output columns whose names are the same, or the same but for case. */
class OutputNamesTest {
  private static final Schema ORDERS =
      new Schema(
          Types.NestedField.required(1, "id", Types.LongType.get()),
          Types.NestedField.optional(2, "customer_id", Types.LongType.get()),
          Types.NestedField.optional(3, "customer_name", Types.StringType.get()),
          Types.NestedField.optional(4, "_state", Types.StringType.get()));
  private static final Schema CUSTOMERS =
      new Schema(
          Types.NestedField.required(1, "id", Types.LongType.get()),
          Types.NestedField.optional(2, "name", Types.StringType.get()),
          Types.NestedField.optional(3, "NAME_", Types.StringType.get()),
          Types.NestedField.optional(4, "name_", Types.StringType.get()));

  @TempDir Path folder;
  private TestProject project;

  @BeforeEach
  void open() {
    project = TestProject.create(folder, TestProject.SQLITE);
    project.createNamespace("shop");
    fill("orders", ORDERS, 1L, 7L, "as ordered", "new");
    fill("customers", CUSTOMERS, 7L, "Ada", "upper", "lower");
    project.write(
        "types/shop.yaml",
        """
        $type: Order
        $table: shop.orders
        $id: id
        customer: '-> Customer'
        ---
        $type: Customer
        $table: shop.customers
        $id: id
        """);
  }

  @AfterEach
  void close() {
    project.close();
  }

  private void fill(String name, Schema schema, Object... values) {
    project
        .catalog()
        .createTable(TableIdentifier.of("shop", name), schema, PartitionSpec.unpartitioned());
    Record row = GenericRecord.create(schema);
    for (int i = 0; i < values.length; i++) {
      row.set(i, values[i]);
    }
    RowFiles.append(project.table("shop", name), List.of(row));
  }

  private Map<String, Object> row(String definition) {
    project.define("V", definition);
    project.refreshFully("V");
    return project.contents("V").get(0);
  }

  private void assertRefused(String definition, String... message) {
    assertThatThrownBy(() -> project.define("V", definition))
        .isInstanceOf(DefinitionException.class)
        .hasMessageContainingAll(message);
  }

  @Test
  void columnsLeftOutBySelectDoNotCollide() {
    String expanded = "$from: Order\n$expand: [customer]\n";
    assertThat(row(expanded + "$select: [id, customer_id]\n"))
        .isEqualTo(Map.of("id", 1L, "customer_id", 7L));
    assertThat(row(expanded + "$select: {a: id, theirs: customer.name}\n"))
        .isEqualTo(Map.of("a", 1L, "theirs", "Ada"));
    assertThat(row(expanded + "$select: [id, customer_NAME_]\n"))
        .isEqualTo(Map.of("id", 1L, "customer_NAME_", "upper"));
    assertThat(row("$from: Order\n$select: {id: id, st: _state}\n"))
        .isEqualTo(Map.of("id", 1L, "st", "new"));
  }

  @Test
  void nameOfTwoColumnsIsRefusedWhereItIsSelectedAndBothAreShown() {
    assertRefused(
        "$from: Order\n$expand: [customer]\n$select: [id, customer_name]\n",
        "'customer_name' and 'customer.name' would both be called 'customer_name'; rename");
    assertRefused("$from: Order\n$select: [id, _state]\n", "'_state'", "reserved");
    assertRefused(
        "$from: Customer\n",
        "'NAME_' and 'name_' would be called 'NAME_' and 'name_', which differ only in case");
  }

  @Test
  void groupKeysOfOneNameAreRefusedThoughSelectLeavesOneOut() {
    assertRefused(
        "$from: Order\n"
            + "$groupBy: [customer_name, customer.name]\n"
            + "$compute: {n: {$count: '*'}}\n"
            + "$select: [n]\n",
        "'customer_name' and 'customer.name' would both be called 'customer_name'; give one another"
            + " name");
    assertThat(
            row(
                "$from: Order\n"
                    + "$groupBy: [id]\n"
                    + "$compute: {ID: {$count: '*'}, n: {$count: '*'}}\n"
                    + "$select: [id, n]\n"))
        .isEqualTo(Map.of("id", 1L, "n", 1L));
  }
}
