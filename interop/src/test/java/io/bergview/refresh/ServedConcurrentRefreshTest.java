package io.bergview.refresh;

import io.bergview.interop.CatalogServer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("engines")
@ParameterizedClass
@EnumSource
final class ServedConcurrentRefreshTest extends ConcurrentRefreshContract {
  private final CatalogServer server;

  ServedConcurrentRefreshTest(CatalogServer server) {
    this.server = server;
  }

  /** A metastore's commits take several calls each. */
  @Override
  int followers() {
    return server == CatalogServer.HIVE ? 2 : super.followers();
  }

  @Override
  String projectText() {
    return server.catalogOf(folder) + TestProject.SETTINGS;
  }
}
