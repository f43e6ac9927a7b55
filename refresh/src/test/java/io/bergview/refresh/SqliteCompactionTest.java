package io.bergview.refresh;

final class SqliteCompactionTest extends CompactionContract {
  @Override
  String projectText() {
    return TestProject.SQLITE;
  }
}
