package io.bergview.refresh;

import org.junit.jupiter.api.Tag;

@Tag("long")
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
