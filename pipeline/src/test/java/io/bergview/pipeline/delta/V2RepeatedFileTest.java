package io.bergview.pipeline.delta;

class V2RepeatedFileTest extends RepeatedFileContract {
  @Override
  int formatVersion() {
    return 2;
  }
}
