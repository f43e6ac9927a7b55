package io.bergview.catalog.view;

import io.bergview.interop.CatalogServer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("engines")
@ParameterizedClass
@EnumSource
final class ServedViewRegistryTest extends ViewRegistryContract {
  private final CatalogServer server;

  ServedViewRegistryTest(CatalogServer server) {
    this.server = server;
  }

  @Override
  String projectText() {
    return server.catalogOf(dir);
  }

  @Override
  String expectedTable() {
    return "shop_views.order_view";
  }
}
