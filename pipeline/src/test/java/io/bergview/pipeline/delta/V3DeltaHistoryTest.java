package io.bergview.pipeline.delta;

class V3DeltaHistoryTest extends DeltaHistoryContract {
  @Override
  int formatVersion() {
    return 3;
  }
}
