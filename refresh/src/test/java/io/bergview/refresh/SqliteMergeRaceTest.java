package io.bergview.refresh;

import org.junit.jupiter.api.Tag;

@Tag("contract")
final class SqliteMergeRaceTest extends MergeRaceContract {
  @Override
  String projectText() {
    return TestProject.SQLITE;
  }
}
