package io.bergview.refresh;

final class SqliteViewChangeTest extends ViewChangeContract {
  @Override
  String projectText() {
    return TestProject.SQLITE;
  }
}
