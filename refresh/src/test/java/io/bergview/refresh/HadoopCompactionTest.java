package io.bergview.refresh;

final class HadoopCompactionTest extends CompactionContract {
  @Override
  String projectText() {
    return TestProject.QUICK_HADOOP;
  }
}
