package io.bergview.pipeline.delta;

class V2DeltaTest extends DeltaContract {
  @Override
  int formatVersion() {
    return 2;
  }
}
