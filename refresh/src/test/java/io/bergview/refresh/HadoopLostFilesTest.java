package io.bergview.refresh;

final class HadoopLostFilesTest extends LostFilesContract {
  @Override
  String projectText() {
    return TestProject.QUICK_HADOOP;
  }
}
