package io.bergview.pipeline.delta;

class V3DeltaTest extends DeltaContract {
  @Override
  int formatVersion() {
    return 3;
  }
}
