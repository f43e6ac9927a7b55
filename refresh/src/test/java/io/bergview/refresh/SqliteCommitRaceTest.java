package io.bergview.refresh;

final class SqliteCommitRaceTest extends CommitRaceContract {
  @Override
  String projectText() {
    return TestProject.SQLITE;
  }
}
