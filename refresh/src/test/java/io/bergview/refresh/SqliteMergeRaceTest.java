package io.bergview.refresh;

final class SqliteMergeRaceTest extends MergeRaceContract {
  @Override
  String projectText() {
    return TestProject.SQLITE;
  }
}
