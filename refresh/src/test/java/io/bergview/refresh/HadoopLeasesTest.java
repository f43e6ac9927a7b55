package io.bergview.refresh;

class HadoopLeasesTest extends LeasesContract {
  @Override
  String settings() {
    return TestProject.HADOOP;
  }
}
