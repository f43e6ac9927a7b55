package io.bergview.projection.definition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TableNameTest {
  private static final Set<String> CATALOGS = Set.of("lake");

  private static TableName parse(String text) {
    return TableName.parse(text, CATALOGS);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "shop.orders",
        "lake.shop.orders@audit",
        "shop.orders@v1.0",
        "shop.orders@release/2026-01",
        "shop.orders@été",
        "shop.orders@`a b`",
        "shop.orders@`a@b`",
        "shop.orders@`a``b`",
        "shop.`orders@x`",
        "shop.`orders@x`@audit",
        "`odd.space`.`a``b`@audit"
      })
  void aNameIsReadBackAsItIsWritten(String text) {
    assertThat(parse(text)).hasToString(text);
    assertThat(parse(parse(text).toString())).isEqualTo(parse(text));
  }

  @Test
  void theSameTableAtAnotherRefIsAnotherName() {
    TableName orders = parse("shop.orders");
    assertThat(orders.at("audit")).isNotEqualTo(orders).isEqualTo(parse("shop.orders@audit"));
    assertThat(orders.at("audit").withoutRef()).isEqualTo(orders);
    assertThat(orders.at("audit").in("lake")).isEqualTo(parse("lake.shop.orders@audit"));
    assertThat(orders.at("main")).isEqualTo(orders);
    assertThat(parse("shop.orders@main")).isEqualTo(orders);
    assertThat(parse("shop.`orders@audit`"))
        .isEqualTo(new TableName(Optional.empty(), List.of("shop"), "orders@audit"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"shop.orders@", "shop.orders@a b", "shop.orders@a@b", "shop.orders@`a`b"})
  void whatNamesNoRefIsRefused(String text) {
    assertThatThrownBy(() -> parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aRefNeedsATableWithANamespace() {
    assertThatThrownBy(() -> parse("orders@audit")).hasMessageContaining("names no namespace");
  }
}
