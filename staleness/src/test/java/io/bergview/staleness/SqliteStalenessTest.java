package io.bergview.staleness;

class SqliteStalenessTest extends StalenessContract {
  @Override
  String projectText() {
    return "catalogs: {lake: {type: sqlite, warehouse: warehouse}}";
  }
}
