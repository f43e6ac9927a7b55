package io.bergview.refresh;

final class SqliteMaintenanceTest extends MaintenanceContract {
  @Override
  String projectText() {
    return TestProject.QUICK_SQLITE;
  }
}
