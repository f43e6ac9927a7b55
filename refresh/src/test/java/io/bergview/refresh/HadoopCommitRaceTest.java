package io.bergview.refresh;

import org.junit.jupiter.api.Tag;

@Tag("long")
final class HadoopCommitRaceTest extends CommitRaceContract {
  @Override
  String projectText() {
    return TestProject.HADOOP;
  }
}
