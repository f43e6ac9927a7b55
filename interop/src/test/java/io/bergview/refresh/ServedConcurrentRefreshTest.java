package io.bergview.refresh;

import io.bergview.interop.CatalogServer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Of a metastore, whose commits take long, the race of commits is tried alone. */
@Tag("engines")
@ParameterizedClass
@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "HIVE")
final class ServedConcurrentRefreshTest extends ConcurrentRefreshContract {
  private final CatalogServer server;

  ServedConcurrentRefreshTest(CatalogServer server) {
    this.server = server;
  }

  @Override
  String projectText() {
    return server.catalogOf(folder) + TestProject.SETTINGS;
  }
}
