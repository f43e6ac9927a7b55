package io.bergview.refresh;

import org.junit.jupiter.api.Tag;

@Tag("long")
final class HadoopVacuumTest extends VacuumContract {
  @Override
  String projectText() {
    return TestProject.HADOOP;
  }

  @Override
  boolean canNest() {
    return false;
  }
}
