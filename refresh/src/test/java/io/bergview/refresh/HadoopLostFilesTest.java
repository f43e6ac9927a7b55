package io.bergview.refresh;

import org.junit.jupiter.api.Tag;

@Tag("long")
final class HadoopLostFilesTest extends LostFilesContract {
  @Override
  String projectText() {
    return TestProject.HADOOP;
  }
}
