package io.bergview.staleness;

import org.junit.jupiter.api.Tag;

@Tag("long")
class HadoopStalenessTest extends StalenessContract {
  @Override
  String projectText() {
    return "catalogs: {lake: {type: hadoop, warehouse: warehouse}}";
  }
}
