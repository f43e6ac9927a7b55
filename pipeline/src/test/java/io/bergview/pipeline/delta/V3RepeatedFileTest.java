package io.bergview.pipeline.delta;

import org.junit.jupiter.api.Tag;

@Tag("long")
class V3RepeatedFileTest extends RepeatedFileContract {
  @Override
  int formatVersion() {
    return 3;
  }
}
