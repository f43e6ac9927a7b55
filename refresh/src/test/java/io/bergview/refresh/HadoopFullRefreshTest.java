package io.bergview.refresh;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;

@Tag("long")
final class HadoopFullRefreshTest extends FullRefreshContract {
  @Override
  String projectText(Path project) {
    return TestProject.HADOOP;
  }
}
