package io.bergview.refresh;

final class HadoopConcurrentRefreshTest extends ConcurrentRefreshContract {
  @Override
  String projectText() {
    return TestProject.HADOOP;
  }

  @Override
  int followers() {
    return 2;
  }
}
