package io.bergview.pipeline.delta;

class V2DeltaHistoryTest extends DeltaHistoryContract {
  @Override
  int formatVersion() {
    return 2;
  }
}
