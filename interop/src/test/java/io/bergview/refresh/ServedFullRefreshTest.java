package io.bergview.refresh;

import io.bergview.interop.CatalogServer;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("engines")
@ParameterizedClass
@EnumSource
final class ServedFullRefreshTest extends FullRefreshContract {
  private final CatalogServer server;

  ServedFullRefreshTest(CatalogServer server) {
    this.server = server;
  }

  @Override
  String projectText(Path project) {
    return server.catalogOf(project) + TestProject.SETTINGS;
  }
}
