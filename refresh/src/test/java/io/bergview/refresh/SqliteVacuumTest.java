package io.bergview.refresh;

final class SqliteVacuumTest extends VacuumContract {
  @Override
  String projectText() {
    return TestProject.QUICK_SQLITE;
  }
}
