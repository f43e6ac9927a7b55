package io.bergview.catalog.lineage;

import io.bergview.interop.CatalogServer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("engines")
@ParameterizedClass
@EnumSource
final class ServedLineageLookupTest extends LineageLookupContract {
  private final CatalogServer server;

  ServedLineageLookupTest(CatalogServer server) {
    this.server = server;
  }

  @Override
  String projectText() {
    return server.catalogOf(dir);
  }
}
