package io.bergview.refresh;

import io.bergview.interop.CatalogServer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("engines")
@ParameterizedClass
@EnumSource
final class ServedPublishedViewsTest extends PublishedViewsContract {
  private final CatalogServer server;

  ServedPublishedViewsTest(CatalogServer server) {
    this.server = server;
  }

  @Override
  String settings() {
    return server.catalogOf(folder) + TestProject.SETTINGS;
  }

  /** Hive takes letters, digits and underscores only. */
  @Override
  String oddName() {
    return server == CatalogServer.HIVE ? "odd_name" : super.oddName();
  }
}
