package io.bergview.refresh;

import java.nio.file.Path;

final class HadoopFullRefreshTest extends FullRefreshContract {
  @Override
  String projectText(Path project) {
    return TestProject.HADOOP;
  }
}
