package io.bergview.refresh;

import org.junit.jupiter.api.Tag;

@Tag("long")
final class RemoteMergeRaceTest extends MergeRaceContract {
  @Override
  String projectText() {
    return TestProject.REMOTE;
  }
}
