package io.bergview.refresh;

import org.junit.jupiter.api.Tag;

@Tag("contract")
final class RemoteVacuumTest extends VacuumContract {
  @Override
  String projectText() {
    return TestProject.REMOTE;
  }
}
