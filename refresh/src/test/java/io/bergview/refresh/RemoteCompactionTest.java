package io.bergview.refresh;

import org.junit.jupiter.api.Tag;

@Tag("contract")
final class RemoteCompactionTest extends CompactionContract {
  @Override
  String projectText() {
    return TestProject.REMOTE;
  }
}
