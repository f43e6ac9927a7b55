package io.bergview.refresh;

final class SqliteLostFilesTest extends LostFilesContract {
  @Override
  String projectText() {
    return TestProject.SQLITE;
  }
}
