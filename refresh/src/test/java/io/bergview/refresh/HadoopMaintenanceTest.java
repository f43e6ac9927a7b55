package io.bergview.refresh;

final class HadoopMaintenanceTest extends MaintenanceContract {
  @Override
  String projectText() {
    return TestProject.QUICK_HADOOP;
  }

  @Override
  boolean canNest() {
    return false;
  }
}
