package io.bergview.refresh;

final class HadoopFullRefreshTest extends FullRefreshContract {
  @Override
  String projectText() {
    return TestProject.HADOOP;
  }
}
