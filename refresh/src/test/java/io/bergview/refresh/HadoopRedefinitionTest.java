package io.bergview.refresh;

final class HadoopRedefinitionTest extends RedefinitionContract {
  @Override
  String projectText() {
    return TestProject.HADOOP;
  }
}
