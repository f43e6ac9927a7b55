package io.bergview.refresh;

import org.junit.jupiter.api.Tag;

@Tag("long")
final class RemoteConcurrentRefreshTest extends ConcurrentRefreshContract {
  @Override
  String projectText() {
    return TestProject.REMOTE;
  }

  @Override
  int followers() {
    return 2;
  }
}
