package io.bergview.refresh;

final class SqliteFullRefreshTest extends FullRefreshContract {
  @Override
  String projectText() {
    return TestProject.SQLITE;
  }
}
