package io.bergview.refresh;

final class HadoopCommitRaceTest extends CommitRaceContract {
  @Override
  String projectText() {
    return TestProject.HADOOP;
  }
}
