package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A definition may name columns that {@code $select} then drops; it still fits its sources. */
@Tag("long")
class DroppedColumnsTest {
  private static final String VIEW = "V";

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "$flatten: {state: status}                             | $select: [order_id, total]",
        "$flatten: {state: status, total: quantity, n: total}  | $select: [order_id, total]",
        "$flatten: {who: customer.name}                        | $select: [order_id, total]",
        "$flatten: {city: customer.address.city}               | $select: [order_id, total]",
        "$expand: [customer]                                   | $select: [order_id, total]",
        "$expand: [customer]\\n$flatten: {customer: buyer}     | $select: [order_id, total]",
        "$expand: [customer]\\n"
            + "$flatten: {who: customer.name}  | $select: [order_id, customer_address]",
        "$expand: [customer]\\n$flatten: {who: customer.name}  | $select: [order_id, who]",
        "$compute: {orders: {$count: '*'}, most: {$max: total}}\\n"
            + "$groupBy: [status]\\n"
            + "$flatten: {n: quantity} | $select: [orders]",
      })
  void refreshesAgainAndAgain(String names, String select) {
    try (TestProject project = TestProject.create(folder, TestProject.SQLITE)) {
      SmallShop shop = SmallShop.filled(project);
      project.define(VIEW, "$from: Order\n" + names.replace("\\n", "\n") + "\n" + select + "\n");
      project.refresh(VIEW);
      int rows = project.rows(VIEW).size();
      assertThat(project.refreshFully(VIEW).kind()).isEqualTo(RefreshKind.FULL);
      shop.addOrders(shop.order(20, 3L, "new", "1.00", 1));
      assertThat(project.refresh(VIEW).kind()).isNotEqualTo(RefreshKind.FULL);
      assertThat(project.rows(VIEW)).hasSize(rows + 1);
      assertThat(project.tableOf(VIEW).schema().columns())
          .extracting(Types.NestedField::name)
          .filteredOn(name -> !name.equals("_state"))
          .containsExactly(select.strip().replaceAll("\\$select: \\[|]", "").split(", "));
    }
  }
}
