package io.bergview.pipeline.delta;

import org.junit.jupiter.api.Tag;

@Tag("long")
class V2DeltaTest extends DeltaContract {
  @Override
  int formatVersion() {
    return 2;
  }
}
