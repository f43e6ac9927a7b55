package io.bergview.refresh;

import org.junit.jupiter.api.Tag;

@Tag("contract")
final class SqliteCommitRaceTest extends CommitRaceContract {
  @Override
  String projectText() {
    return TestProject.SQLITE;
  }
}
