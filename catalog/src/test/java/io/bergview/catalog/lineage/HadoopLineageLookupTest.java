package io.bergview.catalog.lineage;

import io.bergview.catalog.TestProject;

class HadoopLineageLookupTest extends LineageLookupContract {
  @Override
  String projectText() {
    return TestProject.HADOOP;
  }
}
