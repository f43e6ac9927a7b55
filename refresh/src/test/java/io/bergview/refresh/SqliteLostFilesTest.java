package io.bergview.refresh;

import org.junit.jupiter.api.Tag;

@Tag("contract")
final class SqliteLostFilesTest extends LostFilesContract {
  @Override
  String projectText() {
    return TestProject.SQLITE;
  }
}
