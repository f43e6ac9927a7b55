package io.bergview.refresh;

final class HadoopVacuumTest extends VacuumContract {
  @Override
  String projectText() {
    return TestProject.QUICK_HADOOP;
  }

  @Override
  boolean canNest() {
    return false;
  }
}
