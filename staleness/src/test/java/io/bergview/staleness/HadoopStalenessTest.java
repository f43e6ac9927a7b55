package io.bergview.staleness;

class HadoopStalenessTest extends StalenessContract {
  @Override
  String projectText() {
    return "catalogs: {lake: {type: hadoop, warehouse: warehouse}}";
  }
}
