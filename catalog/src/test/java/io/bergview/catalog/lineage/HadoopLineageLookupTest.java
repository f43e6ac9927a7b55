package io.bergview.catalog.lineage;

import io.bergview.catalog.TestProject;
import org.junit.jupiter.api.Tag;

@Tag("long")
class HadoopLineageLookupTest extends LineageLookupContract {
  @Override
  String projectText() {
    return TestProject.HADOOP;
  }
}
