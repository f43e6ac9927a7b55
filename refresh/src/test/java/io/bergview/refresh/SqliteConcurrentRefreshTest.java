package io.bergview.refresh;

import org.junit.jupiter.api.Tag;

@Tag("contract")
final class SqliteConcurrentRefreshTest extends ConcurrentRefreshContract {
  @Override
  String projectText() {
    return TestProject.SQLITE;
  }
}
