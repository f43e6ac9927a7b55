package io.bergview.staleness;

import io.bergview.interop.CatalogServer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Only reads, as the lookup of lineages does, which is tried over a metastore too. */
@Tag("engines")
@ParameterizedClass
@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "HIVE")
final class ServedStalenessTest extends StalenessContract {
  private final CatalogServer server;

  ServedStalenessTest(CatalogServer server) {
    this.server = server;
  }

  @Override
  String projectText() {
    return server.catalogOf(dir);
  }
}
