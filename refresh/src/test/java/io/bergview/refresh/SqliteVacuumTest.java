package io.bergview.refresh;

final class SqliteVacuumTest extends VacuumContract {
  @Override
  String projectText() {
    return TestProject.SQLITE;
  }
}
