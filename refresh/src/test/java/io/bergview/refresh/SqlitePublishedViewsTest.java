package io.bergview.refresh;

class SqlitePublishedViewsTest extends PublishedViewsContract {
  @Override
  String settings() {
    return TestProject.SQLITE;
  }
}
