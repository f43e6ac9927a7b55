package io.bergview.refresh;

class SqliteLeasesTest extends LeasesContract {
  @Override
  String settings() {
    return TestProject.SQLITE;
  }
}
