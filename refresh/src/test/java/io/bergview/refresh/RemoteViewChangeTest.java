package io.bergview.refresh;

import io.bergview.projection.definition.LayoutSettings.Projection;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.provider.Arguments;

@Tag("contract")
final class RemoteViewChangeTest extends ViewChangeContract {
  @Override
  String projectText() {
    return TestProject.REMOTE;
  }

  /** Each way once: commits to a Hadoop catalog take several times as long. */
  static Stream<Arguments> formats() {
    return Stream.of(
        Arguments.of(2, Projection.OLAP),
        Arguments.of(2, Projection.OLTP),
        Arguments.of(3, Projection.BOTH),
        Arguments.of(3, Projection.OLTP));
  }
}
