package io.bergview.refresh;

import java.nio.file.Path;

final class SqliteFullRefreshTest extends FullRefreshContract {
  @Override
  String projectText(Path project) {
    return TestProject.SQLITE;
  }
}
