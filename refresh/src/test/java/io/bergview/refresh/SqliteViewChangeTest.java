package io.bergview.refresh;

import org.junit.jupiter.api.Tag;

@Tag("contract")
final class SqliteViewChangeTest extends ViewChangeContract {
  @Override
  String projectText() {
    return TestProject.SQLITE;
  }
}
