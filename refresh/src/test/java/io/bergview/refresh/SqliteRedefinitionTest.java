package io.bergview.refresh;

final class SqliteRedefinitionTest extends RedefinitionContract {
  @Override
  String projectText() {
    return TestProject.SQLITE;
  }
}
