package io.bergview.catalog.view;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ViewPlacesTest {
  @ParameterizedTest
  @CsvSource({
    "OrderAnalyticsView, order_analytics_view",
    "HTTPLogView, http_log_view",
    "orders, orders",
    "Orders2024Daily, orders2024_daily",
    "Order-Item view, order_item_view",
    "ÄrgerView, ärger_view",
    "already_snake, already_snake",
    "'$%&', view"
  })
  void tableNamesAreSnakeCase(String view, String table) {
    assertThat(ViewPlaces.snakeCase(view)).isEqualTo(table);
  }
}
