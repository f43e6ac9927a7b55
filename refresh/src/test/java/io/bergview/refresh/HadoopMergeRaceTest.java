package io.bergview.refresh;

final class HadoopMergeRaceTest extends MergeRaceContract {
  @Override
  String projectText() {
    return TestProject.QUICK_HADOOP;
  }
}
