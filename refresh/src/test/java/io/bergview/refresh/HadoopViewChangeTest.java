package io.bergview.refresh;

import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.provider.Arguments;

@Tag("long")
final class HadoopViewChangeTest extends ViewChangeContract {
  @Override
  String projectText() {
    return TestProject.HADOOP;
  }

  /** Commits to a Hadoop catalog take several times as long. */
  static Stream<Arguments> formats() {
    return eachWayOnce();
  }
}
