package io.bergview.catalog.lineage;

import io.bergview.catalog.TestProject;

class SqliteLineageLookupTest extends LineageLookupContract {
  @Override
  String projectText() {
    return TestProject.SQLITE;
  }
}
