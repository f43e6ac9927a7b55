package io.bergview.refresh;

import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.provider.Arguments;

@Tag("contract")
final class RemoteViewChangeTest extends ViewChangeContract {
  @Override
  String projectText() {
    return TestProject.REMOTE;
  }

  static Stream<Arguments> formats() {
    return eachWayOnce();
  }
}
