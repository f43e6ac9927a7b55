package io.bergview.refresh;

import io.bergview.interop.CatalogServer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("engines")
@ParameterizedClass
@EnumSource
final class ServedCommitRaceTest extends CommitRaceContract {
  private final CatalogServer server;

  ServedCommitRaceTest(CatalogServer server) {
    this.server = server;
  }

  @Override
  String projectText() {
    return server.catalogOf(folder) + TestProject.SETTINGS;
  }
}
