package io.bergview.pipeline.delta;

class V3RepeatedFileTest extends RepeatedFileContract {
  @Override
  int formatVersion() {
    return 3;
  }
}
