package io.bergview.refresh;

final class SqliteConcurrentRefreshTest extends ConcurrentRefreshContract {
  @Override
  String projectText() {
    return TestProject.SQLITE;
  }
}
