package io.bergview.projection.definition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.errors.DefinitionException;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Definitions put together in memory are those that a file would have. */
class BuildersTest {
  private static String read(String text) {
    return DefinitionWriter.write(
        new DefinitionReader(Set.of("archive")).read("x.yaml", text).get(0));
  }

  @Test
  void aTypeIsWhatAFileSays() {
    EntityType built =
        EntityType.named("Order")
            .table("shop.orders")
            .catalog("archive")
            .id("order_id", "line.no")
            .field("total", "decimal(12,2)")
            .to("customer", "Customer")
            .to("buyer", "Date", "buyer.ref", "x`y")
            .toMany("items", "Item", "order")
            .toAtMostOne("invoice", "Invoice", "order")
            .embedded("address", "Address")
            .embeddedList("lines", "Text")
            .build();
    assertThat(DefinitionWriter.write(built))
        .isEqualTo(
            read(
                """
                $type: Order
                $table: archive.shop.orders
                $id: [order_id, '`line.no`']
                total: decimal(12,2)
                customer: '-> Customer'
                buyer: '-> `Date`'
                items: '<- Item.order[]'
                invoice: '<- Invoice.order'
                address: Address
                lines: '`Text`[]'
                $keys: {buyer: ['`buyer.ref`', '`x``y`']}
                """));
    assertThat(built.table().orElseThrow().catalog()).contains("archive");
  }

  @Test
  void aViewIsWhatAFileSays() {
    ViewDefinition built =
        ViewDefinition.named("Revenue")
            .from("Order")
            .filter("{status: {$ne: 'draft'}, total: {$gte: 10.50}}")
            .expand("customer", "customer.address")
            .flatten("customer", "buyer")
            .unnest("items")
            .groupBy("status", "day(created_at)", "{month: $at, $as: m}")
            .compute("revenue", "{$sum: total}")
            .compute("n", "{$count: '*'}")
            .refresh("{mode: scheduled, schedule: '0 2 * * *'}")
            .with("$partitionBy", "[status]")
            .table("views.revenue")
            .build();
    assertThat(DefinitionWriter.write(built))
        .isEqualTo(
            read(
                """
                $type: Revenue
                $from: Order
                $filter: {status: {$ne: draft}, total: {$gte: 10.50}}
                $expand: [customer, customer.address]
                $flatten: {customer: buyer}
                $unnest: items
                $groupBy: [status, {day: created_at}, {month: $at, $as: m}]
                $compute: {revenue: {$sum: total}, n: {$count: '*'}}
                $refresh: {mode: scheduled, schedule: '0 2 * * *'}
                $partitionBy: [status]
                $table: views.revenue
                """));
    assertThat(
            DefinitionWriter.write(
                ViewDefinition.named("T")
                    .from("Order")
                    .groupBy()
                    .compute("n", "{$count: '*'}")
                    .build()))
        .isEqualTo(read("$type: T\n$from: Order\n$groupBy: []\n$compute: {n: {$count: '*'}}\n"));
    assertThat(
            DefinitionWriter.write(
                ViewDefinition.named("S").from("Order").select("a", "b").build()))
        .isEqualTo(read("$type: S\n$from: Order\n$select: [a, b]\n"));
  }

  @Test
  void problemsNameTheDefinitionAndThePlaceInIt() {
    assertThatThrownBy(
            () -> ViewDefinition.named("V").from("Order").filter("{a: {$gtt: 1}}").build())
        .isInstanceOf(DefinitionException.class)
        .hasMessageContaining("view V: $filter")
        .hasMessageContaining("did you mean '$gt");
    assertThatThrownBy(() -> EntityType.named("a/b").table("orders").build())
        .isInstanceOf(DefinitionException.class)
        .hasMessageContaining("type a/b: $type")
        .hasMessageContaining("names no namespace");
    assertThatThrownBy(() -> ViewDefinition.named("V").build())
        .isInstanceOf(DefinitionException.class)
        .hasMessageContaining("$from");
    assertThatThrownBy(
            () -> ViewDefinition.named("V").compute("n", "{$count: '*'}").compute("n", "1"))
        .hasMessageContaining("'n' is here twice");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1}, {b: 2", "1, b: 2", "[", "{a: 1}\n---\n{b: 2}", ""})
  void aTextThatIsNotOneValueIsRefused(String text) {
    assertThatThrownBy(() -> ViewDefinition.named("V").from("Order").filter(text).build())
        .isInstanceOf(DefinitionException.class);
  }
}
