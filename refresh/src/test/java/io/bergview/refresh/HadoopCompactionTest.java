package io.bergview.refresh;

import org.junit.jupiter.api.Tag;

@Tag("long")
final class HadoopCompactionTest extends CompactionContract {
  @Override
  String projectText() {
    return TestProject.HADOOP;
  }
}
